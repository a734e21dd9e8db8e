import type { Protocol } from '../protocol.ts'
import { type Codesys, type CodesysState, dissector } from './codesys.ts'
import { endedService, observe, observeService } from './observe.ts'
import { type CodesysService, type ServiceState, serviceDissector } from './service.ts'

export { codesysV2 } from './v2.ts'

export const codesys: Protocol<Codesys, CodesysState> = { dissector, observe }
export const codesysService: Protocol<CodesysService, ServiceState> = {
  dissector: serviceDissector,
  observe: observeService,
  ended: endedService,
}
