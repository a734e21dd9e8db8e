import type { TsharkComparison } from '../testing/tshark.ts'
import type { Modbus, ModbusState } from './modbus.ts'

const READS = new Set([3, 4])
const isAsked = ({ kind }: Modbus): boolean => kind === 'request'

/** Registers of a read's answer or a write's question, high byte first. */
function registers({ data }: Modbus): number[] {
  const values: number[] = []
  for (let at = 0; at + 1 < data.length; at += 2) values.push(data[at]! * 256 + data[at + 1]!)
  return values
}

export const modbusFields: TsharkComparison<Modbus, ModbusState> = {
  protocol: 'modbus',
  filter: 'mbtcp',
  captures: ['ot/modbus', 'ot/modicon-umas'],
  except: {
    'ot/modbus/Malcolm-Test-Artifacts__Advantech.pcap': 'lost and repeated segments: a message is read here when it is whole, and once',
    'ot/modbus/suricata-verify__modbus.pcap': 'whoever opened the connection sends exceptions: read here as questions',
    'ot/modbus/zeek__fuzz-72.pcap': 'fuzzed: no header but the first is right',
  },
  fields: {
    'mbtcp.trans_id': ({ transaction }) => transaction,
    'mbtcp.unit_id': ({ unit }) => unit,
    'modbus.func_code': ({ code }) => code,
    'modbus.reference_num': (m) => (m.kind !== 'exception' && isPlaced(m) ? m.address : undefined),
    'modbus.word_cnt': (m) => ((isAsked(m) && READS.has(m.code)) || (m.kind !== 'exception' && m.code === 16) ? m.count : undefined),
    'modbus.bit_cnt': (m) => ((isAsked(m) && m.code <= 2) || (m.kind !== 'exception' && m.code === 15) ? m.count : undefined),
    'modbus.exception_code': ({ kind, error }) => (kind === 'exception' ? error : undefined),
    'modbus.regval_uint16': (m) =>
      (m.kind === 'response' && READS.has(m.code)) || (isAsked(m) && m.code === 16) ? registers(m) : undefined,
  },
}

/** Reads say where in their question, writes in both. */
function isPlaced(m: Modbus): boolean {
  if ((m.code >= 1 && m.code <= 4) || m.code === 24) return isAsked(m)
  return m.code === 5 || m.code === 6 || m.code === 15 || m.code === 16 || m.code === 22
}
