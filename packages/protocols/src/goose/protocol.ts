import type { Protocol } from '../protocol.ts'
import { dissector, type Goose } from './goose.ts'
import { observe } from './observe.ts'
import type { Publications } from './publication.ts'
import { logs, zeek } from './zeek.ts'

export const goose: Protocol<Goose, Publications> = { dissector, observe, logs, zeek }
