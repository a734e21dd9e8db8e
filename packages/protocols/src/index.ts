export { createPipeline, type Pipeline, type PipelineOptions, type Tracer } from './pipeline.ts'
export type { AnyProtocol, Cell, Column, LogSpec, Protocol, PutRow, Sink } from './protocol.ts'
export { PROTOCOLS } from './registry.ts'
