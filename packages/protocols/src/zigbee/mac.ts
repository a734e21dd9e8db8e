/** ZEP packets and the radio frames in them. Spec: IEEE 802.15.4-2006 §7.2; Zigbee 05-3474 §2.2.5 (APS), §3.3.1 (NWK), §4.5.1 (security). */

import type { Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'

export const FRAME = { beacon: 0, data: 1, acknowledgement: 2, command: 3 } as const

export type Frame = {
  readonly kind: number
  readonly sequence: number
  readonly isSecured: boolean
  readonly pan: number
  /** Short addresses as `0x1234`, long ones as 16 digits; empty where there is none. */
  readonly destination: string
  readonly source: string
  /** MAC command; -1 elsewhere. */
  command: number
  network: Network | undefined
}

export type Network = {
  readonly kind: number
  readonly destination: string
  readonly source: string
  readonly sourceIeee: string
  readonly isSecured: boolean
  command: number
  support: Support | undefined
}

export type Support = {
  readonly kind: number
  readonly isSecured: boolean
  endpoint: number
  group: number
  cluster: number
  profile: number
  sourceEndpoint: number
  command: number
  /** Type and bytes of a key that is carried in clear. */
  keyType: number
  key: string
  payload: Reader | undefined
}

export const hex4 = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`

/** Long addresses are written most significant octet first. */
function long(r: Reader, label: string): string {
  let text = ''
  for (const byte of r.view(8, label)) text = byte.toString(16).padStart(2, '0') + text
  return text
}

function address(r: Reader, mode: number, label: string): string {
  return mode === 2 ? hex4(r.u16le(label)) : mode === 3 ? long(r, label) : ''
}

export function readFrame(r: Reader): Frame {
  const control = r.u16le('frame control')
  const kind = control & 7
  const isSecured = (control & 0x08) !== 0
  const isCompressed = (control & 0x40) !== 0
  const [to, from] = [(control >> 10) & 3, (control >> 14) & 3]
  const sequence = (control & 0x0100) === 0 ? r.u8('sequence') : -1
  let pan = to !== 0 ? r.u16le('destination PAN') : -1
  const destination = address(r, to, 'destination')
  if (from !== 0 && !isCompressed) {
    const own = r.u16le('source PAN')
    if (pan < 0) pan = own
  }
  const source = address(r, from, 'source')
  const m: Frame = { kind, sequence, isSecured, pan, destination, source, command: -1, network: undefined }
  if (isSecured || kind === FRAME.acknowledgement) return m
  if (kind === FRAME.command) m.command = r.u8('command')
  // The lowest nibble of Zigbee's network header is its kind, then version 2 or 3.
  else if (kind === FRAME.data && r.left >= 8 && [2, 3].includes((r.peek(0) >> 2) & 15)) m.network = readNetwork(r)
  return m
}

function readNetwork(r: Reader): Network {
  const control = r.u16le('network control')
  const isSecured = (control & 0x0200) !== 0
  const destination = hex4(r.u16le('destination'))
  const source = hex4(r.u16le('source'))
  r.u8('radius')
  r.u8('sequence')
  if ((control & 0x0800) !== 0) long(r, 'destination address')
  const sourceIeee = (control & 0x1000) !== 0 ? long(r, 'source address') : ''
  if ((control & 0x0100) !== 0) r.u8('multicast control')
  if ((control & 0x0400) !== 0) {
    const relays = r.u8('relays')
    r.u8('relay index')
    r.skip(relays * 2, 'relay list')
  }
  const m: Network = { kind: control & 3, destination, source, sourceIeee, isSecured, command: -1, support: undefined }
  if (isSecured) security(r)
  else if (m.kind === 1) m.command = r.u8('command')
  else if (m.kind === 0) m.support = readSupport(r)
  return m
}

/** Auxiliary header: control, counter, then what the control says; behind it nobody reads without the key. */
function security(r: Reader): void {
  const control = r.u8('security control')
  r.u32le('frame counter')
  if ((control & 0x20) !== 0) long(r, 'key source')
  if (((control >> 3) & 3) === 1) r.u8('key sequence')
  r.view(r.left, 'encrypted')
}

function readSupport(r: Reader): Support {
  const control = r.u8('support control')
  const kind = control & 3
  const delivery = (control >> 2) & 3
  const m: Support = {
    kind,
    isSecured: (control & 0x20) !== 0,
    endpoint: -1,
    group: -1,
    cluster: -1,
    profile: -1,
    sourceEndpoint: -1,
    command: -1,
    keyType: -1,
    key: '',
    payload: undefined,
  }
  if (kind === 0 || (kind === 2 && (control & 0x10) === 0)) {
    if (delivery === 3) m.group = r.u16le('group')
    else m.endpoint = r.u8('destination endpoint')
    m.cluster = r.u16le('cluster')
    m.profile = r.u16le('profile')
    m.sourceEndpoint = r.u8('source endpoint')
  }
  r.u8('counter')
  if ((control & 0x80) !== 0 && (r.u8('extended control') & 3) !== 0) r.u8('block')
  if (m.isSecured) security(r)
  else if (kind === 1) supportCommand(r, m)
  else if (kind === 0) m.payload = r
  return m
}

function supportCommand(r: Reader, m: Support): void {
  m.command = r.u8('command')
  if (m.command !== 5) return
  m.keyType = r.u8('key type')
  m.key += hexText(r.view(16, 'key'))
}
