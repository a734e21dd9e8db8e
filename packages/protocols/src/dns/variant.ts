/**
 * Which of those that share the layout a message is: by its port, elsewhere by its first name. LLMNR's bytes are DNS's: elsewhere it
 * is read as that.
 *
 * Spec: RFC 1035 §4.1; RFC 6762 §18 (fields of multicast messages); RFC 1002 §4.2 (NetBIOS: names of 32 letters A to P, types 0x20 and 0x21).
 */
import type { Flow, Reader } from '@isthmus/wire'
import { LINK_LOCAL_PORT, MULTICAST_PORT, NETBIOS_PORT, PORTS, typeName } from './dns.table.ts'
import { readName } from './name.ts'

export type Variant = 'dns' | 'mdns' | 'llmnr' | 'nbns'

const HEAD = 12
const NETBIOS_NAME = /^[A-P]{32}(\.|$)/
const NETBIOS_TYPES: ReadonlySet<number> = new Set([0x20, 0x21])
/** Multicast DNS answers for the link's own names, and for addresses (RFC 6762 §3, §4). */
const LINK_NAME = /\.(local|in-addr\.arpa|ip6\.arpa)$/i
const MULTICAST_ANSWER = 0x8400
const INTERNET = 1
/** The top bit of a class: a question that may be answered to its asker alone, a record that replaces others (RFC 6762 §18.12, §18.13). */
const MULTICAST_BIT = 0x8000
/** RFC 1035: the smallest question has 5 bytes, the smallest record 11. */
const QUESTION = 5
const RECORD = 11
/** No sender has more of either in one message. */
const MAX_COUNT = 512

export function variantByPort({ serverPort = 0, clientPort = 0 }: Flow): Variant | undefined {
  const port = PORTS.includes(serverPort) ? serverPort : clientPort
  if (!PORTS.includes(port)) return undefined
  if (port === MULTICAST_PORT) return 'mdns'
  if (port === LINK_LOCAL_PORT) return 'llmnr'
  return port === NETBIOS_PORT ? 'nbns' : 'dns'
}

/** The same by the message at the cursor, `length` bytes of it; undefined for what is none of them. Leaves the cursor where it was. */
export function variantByContent(head: Reader, length: number): Variant | undefined {
  const start = head.at
  const id = head.u16()
  const flags = head.u16()
  const questions = head.u16()
  const answers = head.u16()
  const records = answers + head.u16() + head.u16()
  const isEmpty = questions + records === 0
  const claims = HEAD + questions * QUESTION + records * RECORD
  const mayBe = !isEmpty && (flags & 0x40) === 0 && claims <= length && questions <= MAX_COUNT && (questions > 0 || answers > 0)
  const name = mayBe ? readName(head, start, 'name', false) : undefined
  const type = head.u16()
  const klass = head.u16()
  const isRead = !head.short && name?.isWhole === true
  head.at = start
  head.short = false
  if (!isRead) return undefined
  const { text } = name
  if (NETBIOS_TYPES.has(type) && klass === INTERNET && NETBIOS_NAME.test(text)) return 'nbns'
  if (type === 0 || typeName(type).startsWith('query-') || (klass & ~MULTICAST_BIT) !== INTERNET) return undefined
  const isMulticast = id === 0 && (flags === 0 || flags === MULTICAST_ANSWER) && LINK_NAME.test(text)
  if (isMulticast) return 'mdns'
  return questions === 1 && klass === INTERNET && /^[\w.-]+$/.test(text) ? 'dns' : undefined
}
