/** Link state advertisements: RFC 2328 §A.4, RFC 5340 §A.4. */
import type { Reader } from '@isthmus/wire'
import { showIpv4, showIpv6 } from '../show-address.ts'

/** One thing that an advertisement tells; which fields are set depends on its kind. */
export type Item = {
  readonly kind: 'link' | 'network' | 'summary' | 'external' | 'prefix' | 'router' | 'link-prefixes' | 'intra-prefixes'
  readonly id?: string
  readonly data?: string
  readonly linkType?: number
  readonly interface?: number
  readonly neighbourInterface?: number
  readonly neighbour?: string
  readonly mask?: string
  readonly routers?: string[]
  readonly metrics?: number[]
  readonly forwards?: string[]
  readonly tags?: number[]
  readonly prefix?: string
  readonly prefixes?: string[]
}
export type Advertisement = { readonly type: number; readonly id: string; readonly router: string; readonly items: Item[] }

const MAX_ADVERTISEMENTS = 512
const MAX_ITEMS = 512

export function readAdvertisements(r: Reader, version: number): Advertisement[] {
  const all: Advertisement[] = []
  const count = r.u32('advertisements')
  while (all.length < count && all.length < MAX_ADVERTISEMENTS && r.left >= 20) {
    r.u16('age')
    // Version 3 keeps scope and handling in the upper bits.
    if (version === 2) r.u8('options')
    const type = version === 2 ? r.u8('type') : r.u16('type') & 0x1fff
    const id = showIpv4(r.view(4, 'link state id'))
    const router = showIpv4(r.view(4, 'advertising router'))
    r.u32('sequence')
    r.u16('checksum')
    const length = r.u16('length')
    if (length < 20) return all
    const body = r.sub(length - 20, `advertisement ${type}`)
    all.push({ type, id, router, items: version === 2 ? itemsV2(body, type) : itemsV3(body, type) })
    if (body.short) r.short = true
  }
  return all
}

function itemsV2(r: Reader, type: number): Item[] {
  if (type === 1) return links(r)
  if (type === 2) return [{ kind: 'network', mask: showIpv4(r.view(4, 'mask')), routers: addresses(r) }]
  const items: Item[] = []
  if (type === 3 || type === 4) {
    while (r.left >= 8 && items.length < MAX_ITEMS)
      items.push({ kind: 'summary', mask: showIpv4(r.view(4, 'mask')), metrics: [r.u32('metric')] })
  } else if (type === 5 || type === 7) {
    const mask = showIpv4(r.view(4, 'mask'))
    const metrics: number[] = []
    const forwards: string[] = []
    const tags: number[] = []
    while (r.left >= 12 && metrics.length < MAX_ITEMS) {
      metrics.push(r.u32('metric'))
      forwards.push(showIpv4(r.view(4, 'forwarded to')))
      tags.push(r.u32('tag'))
    }
    items.push({ kind: 'external', mask, metrics, forwards, tags })
  } else r.view(r.left, 'content')
  return items
}

function links(r: Reader): Item[] {
  const items: Item[] = []
  r.u16('flags')
  const count = r.u16('links')
  while (items.length < count && items.length < MAX_ITEMS && r.left >= 12) {
    const id = showIpv4(r.view(4, 'link id'))
    const data = showIpv4(r.view(4, 'link data'))
    const linkType = r.u8('link type')
    const more = r.u8('metrics by service')
    r.u16('metric')
    r.view(Math.min(4 * more, r.left), 'further metrics')
    items.push({ kind: 'link', id, data, linkType })
  }
  return items
}

function itemsV3(r: Reader, type: number): Item[] {
  switch (type) {
    case 1: {
      r.u32('flags and options')
      const items: Item[] = []
      while (r.left >= 16 && items.length < MAX_ITEMS) {
        const linkType = r.u8('link type')
        r.u8('reserved')
        r.u16('metric')
        items.push({
          kind: 'link',
          linkType,
          interface: r.u32('interface'),
          neighbourInterface: r.u32('neighbour’s interface'),
          neighbour: showIpv4(r.view(4, 'neighbour')),
        })
      }
      return items
    }
    case 2:
      r.u32('options')
      return [{ kind: 'network', mask: '0.0.0.0', routers: addresses(r) }]
    case 3:
      return [{ kind: 'prefix', metrics: [r.u32('metric')], prefix: prefix(r).text }]
    case 4:
      r.u32('options')
      return [{ kind: 'router', metrics: [r.u32('metric')], id: showIpv4(r.view(4, 'router')) }]
    case 5:
    case 7: {
      const flags = r.u32('flags and metric')
      const { text } = prefix(r)
      const forwards = flags & 0x02000000 ? [showIpv6(r.view(16, 'forwarded to'))] : []
      return [{ kind: 'external', metrics: [flags & 0xffffff], prefix: text, forwards }]
    }
    case 8:
      r.u32('priority and options')
      r.view(16, 'link-local address')
      return [{ kind: 'link-prefixes', prefixes: prefixes(r, r.u32('prefixes')) }]
    case 9: {
      const count = r.u16('prefixes')
      r.skip(10, 'referenced advertisement')
      return [{ kind: 'intra-prefixes', prefixes: prefixes(r, count) }]
    }
    default:
      r.view(r.left, 'content')
      return []
  }
}

function addresses(r: Reader): string[] {
  const all: string[] = []
  while (r.left >= 4 && all.length < MAX_ITEMS) all.push(showIpv4(r.view(4, 'router')))
  return all
}

function prefixes(r: Reader, count: number): string[] {
  const all: string[] = []
  while (all.length < count && all.length < MAX_ITEMS && r.left >= 4) all.push(prefix(r).text)
  return all
}

/** RFC 5340 §A.4.1: as many words as the length needs. */
function prefix(r: Reader): { text: string } {
  const bits = Math.min(r.u8('prefix length'), 128)
  r.u8('options')
  r.u16('metric or type')
  const bytes = new Uint8Array(16)
  bytes.set(r.view(Math.ceil(bits / 32) * 4, 'prefix'))
  for (let i = 0; i < 16; i++) bytes[i] = bytes[i]! & (i * 8 + 8 <= bits ? 255 : i * 8 >= bits ? 0 : (0xff00 >> (bits & 7)) & 255)
  return { text: `${showIpv6(bytes)}/${bits}` }
}
