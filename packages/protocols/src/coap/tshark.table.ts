import type { TsharkComparison } from '../testing/tshark.ts'
import type { Coap, CoapState } from './coap.ts'

/** tshark shows what is no UTF-8 as replacement characters. */
const utf8 = (text: string): string => new TextDecoder().decode(Uint8Array.from(text, (c) => c.charCodeAt(0)))
const known = (value: number): number | undefined => (value < 0 ? undefined : value)

export const coapFields: TsharkComparison<Coap, CoapState> = {
  protocol: 'coap',
  filter: 'coap && udp',
  captures: ['ot/coap', 'ot/ot-mixed/ICS-Pcaps__kokteyl.pcap'],
  // Found by content here; tshark needs to be told.
  arguments: ['-d', 'udp.port==17500,coap'],
  fields: {
    'coap.type': ({ type }) => type,
    'coap.code': ({ code }) => code,
    'coap.mid': ({ id }) => id,
    'coap.token': ({ token }) => token || undefined,
    'coap.opt.uri_host': ({ host }) => host || undefined,
    'coap.opt.uri_path': ({ path }) => (path === '' ? undefined : utf8(path).split('/')),
    'coap.opt.uri_query': ({ query }) => (query === '' ? undefined : utf8(query).split('&')),
    'coap.opt.observe': ({ observe }) => known(observe),
    'coap.payload_length': ({ payload }) => payload.length || undefined,
  },
}
