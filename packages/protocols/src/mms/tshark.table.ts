import type { FieldValue, TsharkComparison } from '../testing/tshark.ts'
import { type Data, KIND } from './data.ts'
import { PDU, SERVICE } from './mms.table.ts'
import type { Mms } from './mms.ts'
import type { MmsState } from './state.ts'

/** Leaves of all values of a PDU, in order. */
function leaves(values: readonly Data[]): Data[] {
  return values.flatMap((data) => (data.value === undefined ? leaves(data.parts) : [data]))
}

const of = (kind: number, m: Mms): FieldValue =>
  leaves(m.body.values).flatMap((d) => (d.kind === kind && d.value !== undefined ? [d.value] : []))
/** As tshark prints the octets: of a float behind the width of its exponent, of bits padded to whole octets. */
function octetsOf(data: Data): string {
  if (data.kind === KIND.bits) {
    const bits = String(data.value)
    return (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [])
      .map((eight) => Number.parseInt(eight, 2).toString(16).padStart(2, '0'))
      .join('')
  }
  const bytes = Buffer.alloc(data.type === 'float64' ? 8 : 4)
  if (data.type === 'float64') bytes.writeDoubleBE(Number(data.value))
  else bytes.writeFloatBE(Number(data.value))
  return `${data.type === 'float64' ? '0b' : '08'}${bytes.toString('hex')}`
}
const bytesOf = (kind: number, m: Mms): FieldValue => leaves(m.body.values).flatMap((d) => (d.kind === kind ? [octetsOf(d)] : []))

/** Named variables by domain and item; names without a domain are the device's. */
const named = (m: Mms): readonly string[] => {
  const { list, variables, names } = m.body
  return [...variables, ...(list === '' ? [] : [list]), ...(m.service === SERVICE.deleteNamedVariableList ? names : [])]
}
const withDomain = (m: Mms): string[] => named(m).filter((name) => name.includes('/') && !name.startsWith('address'))

export const mmsFields: TsharkComparison<Mms, MmsState> = {
  protocol: 'mms',
  filter: 'mms',
  captures: ['ot/iec61850-mms', 'ot/iec61850-goose/ICS-Pcaps__mmsy1.pcap'],
  fields: {
    'mms.invokeID': ({ pdu, invoke }) => (pdu <= PDU.error ? invoke : undefined),
    'mms.confirmedServiceRequest': ({ pdu, service }) => (pdu === PDU.request && service >= 0 ? service : undefined),
    'mms.confirmedServiceResponse': ({ pdu, service }) => (pdu === PDU.response && service >= 0 ? service : undefined),
    'mms.unconfirmedService': ({ pdu, service }) => (pdu === PDU.unconfirmed ? service : undefined),
    'mms.domainId': (m) => withDomain(m).map((name) => name.slice(0, name.indexOf('/'))),
    'mms.itemId': (m) => withDomain(m).map((name) => name.slice(name.indexOf('/') + 1)),
    'mms.vendorName': ({ body }) => body.vendor || undefined,
    'mms.modelName': ({ body }) => body.model || undefined,
    'mms.revision': ({ body }) => body.revision || undefined,
    'mms.Identifier': ({ pdu, service, body }) => (pdu === PDU.response && service === SERVICE.getNameList ? body.names : undefined),
  },
}

/** Types share tshark's names with values: answers about types are left out. */
export const mmsValues: TsharkComparison<Mms, MmsState> = {
  protocol: 'mms',
  filter: 'mms && !(mms.confirmedServiceResponse == 6)',
  captures: mmsFields.captures,
  fields: {
    'mms.integer': (m) => of(KIND.integer, m),
    'mms.unsigned': (m) => of(KIND.unsigned, m),
    'mms.boolean': (m) => of(KIND.boolean, m),
    'mms.floating_point': (m) => bytesOf(KIND.float, m),
    'mms.data_bit-string': (m) => bytesOf(KIND.bits, m),
    'mms.failure': (m) => of(0, m),
  },
}

/** TASE.2 on a port that tshark has to be told. */
export const tase2Fields: TsharkComparison<Mms, MmsState> = {
  ...mmsFields,
  arguments: ['-d', 'tcp.port==10102,tpkt'],
  captures: ['ot/iccp-tase2'],
}
