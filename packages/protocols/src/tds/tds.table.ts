/** Packet types and tokens ([MS-TDS] §2.2.3.1.1, §2.2.4; TDS 5.0 functional specification). */

export const TYPES: Readonly<Record<number, string>> = {
  1: 'batch',
  2: 'old login',
  3: 'remote procedure',
  4: 'response',
  6: 'attention',
  7: 'bulk load',
  8: 'federated token',
  14: 'transaction',
  15: 'query',
  16: 'login',
  17: 'sspi',
  18: 'prelogin',
}

export const LOGIN_ACKNOWLEDGED = 0xad
export const ERROR = 0xaa
export const INFORMATION = 0xab
export const ENVIRONMENT = 0xe3
export const DONE = 0xfd
export const DONE_PROCEDURE = 0xfe
export const DONE_IN_PROCEDURE = 0xff
export const EXTENDED_ERROR = 0xe5
export const LANGUAGE = 0x21

/** Procedures that have a number ([MS-TDS] §2.2.6.6). */
export const PROCEDURES: Readonly<Record<number, string>> = {
  1: 'sp_cursor',
  2: 'sp_cursoropen',
  3: 'sp_cursorprepare',
  4: 'sp_cursorexecute',
  5: 'sp_cursorprepexec',
  6: 'sp_cursorunprepare',
  7: 'sp_cursorfetch',
  8: 'sp_cursoroption',
  9: 'sp_cursorclose',
  10: 'sp_executesql',
  11: 'sp_prepare',
  12: 'sp_execute',
  13: 'sp_prepexec',
  14: 'sp_prepexecrpc',
  15: 'sp_unprepare',
}

/** Major and build numbers of the server's version as products. */
export const PRODUCTS: Readonly<Record<number, string>> = {
  8: 'SQL Server 2000',
  9: 'SQL Server 2005',
  10: 'SQL Server 2008',
  11: 'SQL Server 2012',
  12: 'SQL Server 2014',
  13: 'SQL Server 2016',
  14: 'SQL Server 2017',
  15: 'SQL Server 2019',
  16: 'SQL Server 2022',
}
