export { CONN_LOG, type ConnEnd, connCells } from './conn.ts'
export { LogBook, type LogPiece, type LogShape, type RowOwner } from './log-book.ts'
export { CONNECTION_COLUMNS, type Column, logFoot, logHeading, logRow } from './log-text.ts'
export { type Cell, EMPTY, type Scalar, showCell, UNSET } from './value.ts'
