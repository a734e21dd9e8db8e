import type { TsharkComparison } from '../testing/tshark.ts'
import type { Iec104, Iec104State } from './iec104.ts'

/** Single-point types carry the value in their lowest bit; tshark names those fields apart from the others. */
const SINGLE = new Set([1, 2, 30])
/** Short floating point: measured values with and without time, set-points. */
const FLOAT = new Set([13, 14, 36, 50, 63])

export const iec104Fields: TsharkComparison<Iec104, Iec104State> = {
  protocol: 'iec104',
  filter: 'iec60870_104',
  captures: ['ot/iec104'],
  fields: {
    'iec60870_104.type': ({ format }) => ({ I: 0, S: 1, U: 3 })[format],
    'iec60870_104.utype': ({ format, code }) => (format === 'U' ? code >> 2 : undefined),
    'iec60870_104.tx': ({ format, sent }) => (format === 'I' ? sent : undefined),
    'iec60870_104.rx': ({ format, received }) => (format === 'U' ? undefined : received),
    'iec60870_asdu.typeid': ({ asdu }) => asdu?.type,
    'iec60870_asdu.causetx': ({ asdu }) => asdu && asdu.cause & 0x3f,
    'iec60870_asdu.nega': ({ asdu }) => asdu?.isNegative,
    'iec60870_asdu.test': ({ asdu }) => asdu?.isTest,
    'iec60870_asdu.oa': ({ asdu }) => asdu?.originator,
    'iec60870_asdu.addr': ({ asdu }) => asdu?.station,
    'iec60870_asdu.ioa': ({ asdu }) => asdu?.objects.map(({ address }) => address),
    'iec60870_asdu.siq.spi': ({ asdu }) =>
      asdu && SINGLE.has(asdu.type) ? asdu.objects.flatMap(({ value }) => (typeof value === 'boolean' ? [value] : [])) : undefined,
    'iec60870_asdu.float': ({ asdu }) =>
      asdu && FLOAT.has(asdu.type) ? asdu.objects.flatMap(({ value }) => (typeof value === 'number' ? [value] : [])) : undefined,
  },
}
