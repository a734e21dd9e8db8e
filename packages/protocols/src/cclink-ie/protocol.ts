import type { Protocol } from '../protocol.ts'
import { type CcLinkIe, type CcLinkIeState, dissector } from './cclink-ie.ts'
import { observe } from './observe.ts'
import { logs, zeek } from './zeek.ts'

export const cclinkIe: Protocol<CcLinkIe, CcLinkIeState> = { dissector, observe, logs, zeek }
