import type { Protocol } from '../protocol.ts'
import { ended, observe } from './observe.ts'
import { dissector, type Tds, type TdsState } from './tds.ts'

export const tds: Protocol<Tds, TdsState> = { dissector, observe, ended }

export { sqlBrowser } from './browser.ts'
