/** Security associations as they are proposed: RFC 7296 §3.3; version 1: RFC 2408 §3.4 to §3.6. */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Attribute = { readonly type: number; readonly value: string }
export type Transform = { readonly type: number; readonly id: number; readonly attributes: Attribute[] }
export type Proposal = { readonly number: number; readonly protocol: number; readonly transforms: Transform[] }
export type Sa = {
  /** Version 1 only. */
  readonly domain: number | undefined
  readonly situation: string
  readonly proposals: Proposal[]
}

const MAX_PROPOSALS = 64
const MAX_TRANSFORMS = 256
const MAX_ATTRIBUTES = 64

export function readSa(r: Reader, major: number): Sa {
  const domain = major === 1 ? r.u32('domain of interpretation') : undefined
  const situation = major === 1 ? byteText(r.view(4, 'situation')) : ''
  const proposals: Proposal[] = []
  while (r.left >= 8 && proposals.length < MAX_PROPOSALS) {
    const more = r.u8('more proposals')
    r.u8('reserved')
    const length = r.u16('length')
    if (length < 8) break
    proposals.push(proposal(r.sub(length - 4, 'proposal'), major))
    if (more === 0) break
  }
  return { domain, situation, proposals }
}

function proposal(r: Reader, major: number): Proposal {
  const number = r.u8('number')
  const protocol = r.u8('protocol')
  const spiSize = r.u8('SPI size')
  r.u8('transforms')
  r.view(spiSize, 'SPI')
  const transforms: Transform[] = []
  while (r.left >= 8 && transforms.length < MAX_TRANSFORMS) {
    const more = r.u8('more transforms')
    r.u8('reserved')
    const length = r.u16('length')
    if (length < 8) break
    transforms.push(transform(r.sub(length - 4, 'transform'), major))
    if (more === 0) break
  }
  return { number, protocol, transforms }
}

function transform(r: Reader, major: number): Transform {
  const type = r.u8(major === 1 ? 'number' : 'type')
  // Version 1: | number | id |; version 2: | type | 0 | id u16 |.
  if (major > 1) r.u8('reserved')
  const id = major === 1 ? r.u8('id') : r.u16('id')
  if (major === 1) r.u16('reserved')
  const attributes: Attribute[] = []
  while (r.left >= 4 && attributes.length < MAX_ATTRIBUTES) {
    const kind = r.u16('attribute')
    // The first bit says that the value follows at once.
    if (kind & 0x8000) attributes.push({ type: kind & 0x7fff, value: String(r.u16('value')) })
    else attributes.push({ type: kind, value: byteText(r.view(r.u16('length'), 'value')) })
  }
  return { type, id, attributes }
}
