/** Hosts and accounts as people write them into a decision, held against what the wire shows. */
import { addressBytes, type Endpoint, hostOf } from '@isthmus/model'
import { accountOf } from './link.ts'

/** What else is known of assets: how they are called, and what became of one that proved to be a part of another. */
export type AssetWords = {
  readonly nameOf: (asset: string) => string | undefined
  readonly current: (asset: string) => string
}

export const NO_ASSETS: AssetWords = { nameOf: () => undefined, current: (asset) => asset }

/** Whether `text` (an asset's id, an address, a network) means this end. Names are not asked: who is on the wire chooses its own. */
export function isHost(text: string, end: Endpoint, asset: string | undefined, assets: AssetWords): boolean {
  if (asset !== undefined && (asset === text || asset === assets.current(text))) return true
  const host = hostOf(end)
  if (host === '') return false
  const slash = text.indexOf('/')
  if (slash > 0) return end.ip !== undefined && isWithinNetwork(end.ip, text.slice(0, slash), Number(text.slice(slash + 1)))
  const lower = text.toLowerCase()
  return lower === end.ip || lower === end.mac || (end.ip !== undefined && isSameAddress(lower, end.ip))
}

/** Why a text can mean no host; undefined when it can. */
export function badHost(text: string): string | undefined {
  if (text.trim() === '' || text.length > 100) return 'is no asset, address or network'
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const bytes = addressBytes(text.slice(0, slash))
  const bits = text.slice(slash + 1)
  if (bytes === undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > bytes.length * 8) return 'is no network, as 10.1.2.0/24 is one'
  return undefined
}

export function isUser(text: string, user: string): boolean {
  return accountOf(text) === accountOf(user)
}

function isSameAddress(a: string, b: string): boolean {
  const [x, y] = [addressBytes(a), addressBytes(b)]
  return x !== undefined && y !== undefined && x.length === y.length && x.every((byte, i) => byte === y[i])
}

function isWithinNetwork(ip: string, network: string, bits: number): boolean {
  const [address, base] = [addressBytes(ip), addressBytes(network)]
  if (address === undefined || base === undefined || address.length !== base.length || !(bits <= base.length * 8)) return false
  for (let i = 0, left = bits; left > 0; i++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff
    if ((address[i]! & mask) !== (base[i]! & mask)) return false
  }
  return true
}
