import { withoutPadding } from '../byte-text.ts'
import type { TsharkComparison } from '../testing/tshark.ts'
import type { Fins, FinsState } from './omron-fins.ts'

const given = (value: number): number | undefined => (value < 0 ? undefined : value)
const framed = (m: Fins, value: number): number | undefined => (m.command < 0 ? undefined : value)

export const omronFinsFields: TsharkComparison<Fins, FinsState> = {
  protocol: 'omron-fins',
  filter: 'omron',
  captures: ['ot/omron-fins'],
  fields: {
    'omron.tcp.length': ({ envelope }) => envelope?.length,
    'omron.tcp.command': ({ envelope }) => envelope?.command,
    'omron.tcp.error_code': ({ envelope }) => envelope?.error,
    'omron.gct': (m) => framed(m, m.gateways),
    'omron.dna': (m) => framed(m, m.to[0]),
    'omron.da1': (m) => framed(m, m.to[1]),
    'omron.da2': (m) => framed(m, m.to[2]),
    'omron.sna': (m) => framed(m, m.from[0]),
    'omron.sa1': (m) => framed(m, m.from[1]),
    'omron.sa2': (m) => framed(m, m.from[2]),
    'omron.sid': (m) => framed(m, m.service),
    'omron.command': ({ command }) => given(command),
    'omron.response.code': ({ endCode }) => given(endCode),
    'omron.controller.model': ({ body }) => (body.is === 'controller' ? withoutPadding(body.model) || undefined : undefined),
  },
}
