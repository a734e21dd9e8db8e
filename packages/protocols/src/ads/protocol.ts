import type { Protocol } from '../protocol.ts'
import { type Ads, type AdsState, dissector } from './ads.ts'
import { ended, observe } from './observe.ts'

export { adsDiscovery } from './discovery.ts'

export const ads: Protocol<Ads, AdsState> = { dissector, observe, ended }
