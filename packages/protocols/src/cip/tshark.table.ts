import type { TsharkComparison } from '../testing/tshark.ts'
import type { Cip, CipState } from './cip.ts'
import type { Service } from './service.ts'

/** A service, and those within it, in the order of the wire. */
function all(service: Service | undefined): Service[] {
  if (service === undefined) return []
  return [service, ...all(service.inner), ...service.parts.flatMap(all)]
}

export const cipFields: TsharkComparison<Cip, CipState> = {
  protocol: 'cip',
  filter: 'cip',
  captures: ['ot/enip-cip', 'attacks/quickdraw-cip'],
  fields: {
    'enip.cpf.cai.connid': ({ connection }) => (connection < 0 ? undefined : connection),
    'cip.seq': ({ sequence }) => (sequence < 0 ? undefined : sequence),
    'cip.service': ({ service }) => all(service).map(({ code, isAnswer }) => code + (isAnswer ? 0x80 : 0)),
    'cip.genstat': ({ service }) => all(service).flatMap(({ status }) => (status < 0 ? [] : [status])),
    // tshark repeats the question's path in the answer.
    'cip.symbol': ({ service }, { asked }) =>
      all(service?.isAnswer ? asked?.service : service).flatMap(({ path }) => (path.symbol === '' ? [] : path.symbol.split('.').map(bare))),
  },
}

/** tshark keeps indices apart from names. */
const bare = (symbol: string): string => symbol.replace(/\[.*$/, '')
