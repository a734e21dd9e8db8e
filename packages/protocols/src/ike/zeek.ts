/** ipsec.log (a row a message) and ikev2.log (a row for a responder's first answer), in the columns of Zeek's two packages for IKE. */
import type { SeenMessage } from '@isthmus/wire'
import { textBytes } from '../byte-text.ts'
import { md5 } from '../hash/md5.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import type { Ike, IkeState } from './ike.ts'
import { attributeTexts, notificationName, transformName, vendorName } from './names.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ipsec: {
    columns: [
      ['is_orig', 'bool'],
      ['initiator_spi', 'string'],
      ['responder_spi', 'string'],
      ['maj_ver', 'count'],
      ['min_ver', 'count'],
      ['exchange_type', 'count'],
      ['flag_e', 'bool'],
      ['flag_c', 'bool'],
      ['flag_a', 'bool'],
      ['flag_i', 'bool'],
      ['flag_v', 'bool'],
      ['flag_r', 'bool'],
      ['message_id', 'count'],
      ['vendor_ids', 'vector[string]'],
      ['notify_messages', 'vector[string]'],
      ['transforms', 'vector[string]'],
      ['ke_dh_groups', 'vector[count]'],
      ['proposals', 'vector[count]'],
      ['protocol_id', 'count'],
      ['certificates', 'vector[string]'],
      ['transform_attributes', 'vector[string]'],
      ['length', 'count'],
      ['hash', 'string'],
      ['doi', 'count'],
      ['situation', 'string'],
    ],
  },
  ikev2: {
    columns: [
      ['is_orig', 'bool'],
      ['sa_i', 'string'],
      ['sa_r', 'string'],
      ['version', 'int'],
      ['exchange_type', 'int'],
      ['selected_proposal_number', 'string'],
      ['selected_transforms', 'vector[string]'],
      ['selected_ke_dh_group_num', 'int'],
      ['cipher_hash', 'string'],
      ['notify_message_type_names', 'vector[string]'],
      ['vendor_payloads', 'vector[string]'],
    ],
  },
}

/** What the initiator said is part of the responder's row. */
type Pending = { group: number | undefined; vendors: string[] }
const SA_INIT = 34
const encoder = new TextEncoder()

export function zeek(seen: SeenMessage<Ike, IkeState>, put: PutRow): void {
  const { message: m } = seen
  if (m.kind !== 'ike') return
  ipsec(seen, put)
  if (m.major === 2 && m.exchange === SA_INIT) ikev2(seen, put)
}

function ipsec({ message: m, from }: SeenMessage<Ike, IkeState>, put: PutRow): void {
  const proposals = m.sa?.proposals ?? []
  const lists = [
    m.vendors.map(vendorName),
    m.notifications.map(notificationName),
    m.major === 1 ? proposals.flatMap((p) => p.transforms.map((t) => String(t.id))) : [],
    m.groups,
    proposals.map((p) => p.number),
    m.certificates.map((c) => md5(c)),
    attributeTexts(m),
  ] as const
  const [vendors, notifications, transforms, groups, numbers, certificates, attributes] = lists
  const isEmpty = lists.every((list) => list.length === 0)
  put('ipsec', [
    from === 'client',
    m.initiator,
    m.responder,
    m.major,
    m.minor,
    m.exchange,
    ...[1, 2, 4, 8, 16, 32].map((bit) => (m.flags & bit) !== 0),
    m.messageId,
    vendors,
    notifications,
    transforms,
    groups,
    numbers,
    m.major === 1 ? proposals.at(-1)?.protocol : undefined,
    certificates,
    attributes,
    m.length,
    isEmpty ? undefined : hash(lists),
    m.sa?.domain,
    m.sa?.domain === undefined ? undefined : m.sa.situation,
  ])
}

function ikev2({ message: m, from, state }: SeenMessage<Ike, IkeState>, put: PutRow): void {
  const pending = (state.log ??= { group: undefined, vendors: [] }) as Pending
  pending.group = m.groups[0] ?? pending.group
  pending.vendors.push(...m.vendors.slice(0, 16).map(vendorName))
  if (from === 'client') {
    if (pending.vendors.length > 64) pending.vendors.length = 64
    return
  }
  const chosen = m.sa?.proposals[0]
  const transforms = chosen?.transforms.map(transformName)
  const { group, vendors } = pending
  state.log = undefined
  put('ikev2', [
    false,
    m.initiator,
    m.responder,
    2,
    SA_INIT,
    chosen === undefined ? undefined : String(chosen.number),
    transforms,
    group,
    transforms === undefined || group === undefined ? undefined : md5(encoder.encode(`[${transforms.join(', ')}]${group}`)),
    m.notifications.length === 0 ? undefined : m.notifications.map(notificationName),
    vendors.length === 0 ? undefined : vendors,
  ])
}

/** As Zeek writes vectors into a text. */
function hash(lists: readonly (readonly (string | number)[])[]): string {
  return md5(textBytes(lists.map((list) => `[${list.join(', ')}]`).join('')))
}
