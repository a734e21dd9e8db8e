/** IP addresses as rules need them: inside a network, outside the site. */

/** The bits of an address, most significant first: 4 bytes of IPv4, 16 of IPv6; undefined when the text is neither. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? bytesOfV6(text) : bytesOfV4(text)
}

function bytesOfV4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  const bytes = new Uint8Array(4)
  for (let i = 0; i < 4; i++) {
    const part = parts[i]!
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined
    bytes[i] = Number(part)
  }
  return bytes
}

function bytesOfV6(text: string): Uint8Array | undefined {
  const address = text.split('%')[0]!
  const halves = address.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0]!)
  const tail = halves.length === 2 ? groupsOf(halves[1]!) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 0 : missing !== 0) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const bytes = new Uint8Array(16)
  groups.forEach((group, i) => {
    bytes[2 * i] = group >> 8
    bytes[2 * i + 1] = group & 0xff
  })
  return bytes
}

/** RFC 4291 §2.2: groups of hex digits; the last may be written as an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  for (const part of text.split(':')) {
    const v4 = part.includes('.') ? bytesOfV4(part) : undefined
    if (v4 !== undefined) groups.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!)
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

/** A test for `10.0.0.0/8` or `fe80::/10`; undefined when the text is no network. */
export function network(text: string): ((address: string) => boolean) | undefined {
  const [base, bits] = text.split('/')
  const prefix = addressBytes(base ?? '')
  if (prefix === undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined
  const length = bits === undefined ? prefix.length * 8 : Number(bits)
  if (length > prefix.length * 8) return undefined
  return (address) => {
    const bytes = addressBytes(address)
    return bytes !== undefined && bytes.length === prefix.length && samePrefix(bytes, prefix, length)
  }
}

function samePrefix(a: Uint8Array, b: Uint8Array, length: number): boolean {
  const whole = length >> 3
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false
  const rest = length & 7
  return rest === 0 || (a[whole]! ^ b[whole]!) >> (8 - rest) === 0
}

/** Networks that never leave a site: private (RFC 1918, 6598, 4193), local, multicast, broadcast. */
const INSIDE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
  '::/127',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
].map((text) => network(text)!)

/** True for an address of the internet. */
export function isOutside(address: string): boolean {
  return addressBytes(address) !== undefined && !INSIDE.some((inside) => inside(address))
}
