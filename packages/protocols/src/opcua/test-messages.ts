/** For the tests: messages laid out as OPC 10000-6 says, as hex. */

const le = (value: number, bytes: number): string => {
  let text = ''
  for (let i = 0, rest = value; i < bytes; i++, rest = Math.floor(rest / 256)) text += (rest & 255).toString(16).padStart(2, '0')
  return text
}
export const u8 = (value: number): string => le(value, 1)
export const u16 = (value: number): string => le(value, 2)
export const u32 = (value: number): string => le(value, 4)
export const NULL = 'ffffffff'
export const str = (text: string): string => u32(text.length) + [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
export const array = (...elements: readonly string[]): string => u32(elements.length) + elements.join('')
/** `ns=1;i=…` and `ns=1;s=…` */
export const numeric = (namespace: number, id: number): string => `01${u8(namespace)}${u16(id)}`
export const named = (namespace: number, text: string): string => `03${u16(namespace)}${str(text)}`
export const double = (value: number): string => {
  const bytes = new Uint8Array(new Float64Array([value]).buffer)
  return [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('')
}

const AT = '0080d5d2a34fd901'
/** Part 4 §7.33: an anonymous token, a date, handle 7. */
export const REQUEST = `0000${AT}${u32(7)}${u32(0)}${NULL}${u32(1000)}000000`
export const response = (status = 0): string => `${AT}${u32(7)}${u32(status)}00${NULL}000000`

const ascii = (text: string): string => [...text].map((c) => c.charCodeAt(0).toString(16)).join('')
export function message(kind: string, body: string): string {
  return ascii(kind) + u32(8 + body.length / 2) + body
}
/** A service in a message of channel 5, token 1. */
export function msg(request: number, service: number, body: string, kind = 'MSGF'): string {
  return message(kind, `${u32(5)}${u32(1)}${u32(request)}${u32(request)}${service < 0 ? '' : numeric(0, service)}${body}`)
}
export const hello = message('HELF', `${u32(0)}${u32(65536)}${u32(65536)}${u32(0)}${u32(0)}${str('opc.tcp://plc-7:4840')}`)
export const acknowledge = message('ACKF', `${u32(0)}${u32(65536)}${u32(65536)}${u32(0)}${u32(0)}`)

export const NONE = 'http://opcfoundation.org/UA/SecurityPolicy#None'
export const BASIC256 = 'http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256'
export const opn = (policy: string, service: number, body: string): string =>
  message('OPNF', `${u32(5)}${str(policy)}${NULL}${NULL}${u32(1)}${u32(1)}${service < 0 ? '' : numeric(0, service)}${body}`)
export const openAsk = opn(NONE, 446, `${REQUEST}${u32(0)}${u32(0)}${u32(1)}${NULL}${u32(60000)}`)
export const openAnswer = opn(NONE, 449, `${response()}${u32(0)}${u32(5)}${u32(1)}${AT}${u32(60000)}${NULL}`)
