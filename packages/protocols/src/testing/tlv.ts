/** For tests: values in ASN.1's basic encoding, as the specification lays them out. */

export function tlv(tag: number, ...parts: (readonly number[] | Uint8Array | string)[]): number[] {
  const body = parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : [...part]))
  const length =
    body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff]
  return [tag, ...length, ...body]
}

export const integer = (value: number, tag = 2): number[] => {
  const bytes = [value & 0xff]
  for (let rest = value >> 8; rest !== 0 && rest !== -1; rest >>= 8) bytes.unshift(rest & 0xff)
  if (value >= 0 && bytes[0]! >= 0x80) bytes.unshift(0)
  return tlv(tag, bytes)
}

export const octets = (text: string): number[] => tlv(4, text)

/** `1.3.6.1 …` as an object identifier. */
export function oid(text: string): number[] {
  const [a = 0, b = 0, ...rest] = text.split('.').map(Number)
  const body = [a * 40 + b]
  for (const arc of rest) {
    const bytes = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left & 0x7f) | 0x80)
    body.push(...bytes)
  }
  return tlv(6, body)
}

export function hexOf(bytes: readonly number[]): string {
  return bytes.map((b) => b.toString(16).padStart(2, '0')).join('')
}
