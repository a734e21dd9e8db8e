/** Networks as rules name them. */
import { addressBytes } from '@isthmus/model'

/** A test for `10.0.0.0/8` or `fe80::/10`; undefined when the text is no network. */
export function network(text: string): ((address: string) => boolean) | undefined {
  return anyNetwork([text])
}

type Prefix = { readonly prefix: Uint8Array; readonly length: number }

function prefixOf(text: string): Prefix | undefined {
  const [base, bits] = text.split('/')
  const prefix = addressBytes(base ?? '')
  if (prefix === undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined
  const length = bits === undefined ? prefix.length * 8 : Number(bits)
  return length > prefix.length * 8 ? undefined : { prefix: Uint8Array.from(prefix), length }
}

/** Whether an address is in any of the networks: it is read once. Undefined where one is no network. */
export function anyNetwork(texts: readonly unknown[]): ((address: string) => boolean) | undefined {
  const parsed = texts.map((text) => (typeof text === 'string' ? prefixOf(text) : undefined))
  if (parsed.includes(undefined)) return undefined
  const networks = parsed as readonly Prefix[]
  return (address) => {
    const bytes = addressBytes(address)
    return bytes !== undefined && networks.some(({ prefix, length }) => bytes.length === prefix.length && samePrefix(bytes, prefix, length))
  }
}

function samePrefix(a: Uint8Array, b: Uint8Array, length: number): boolean {
  const whole = length >> 3
  for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false
  const rest = length & 7
  return rest === 0 || (a[whole]! ^ b[whole]!) >> (8 - rest) === 0
}
