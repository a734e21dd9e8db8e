/**
 * XMPP: one XML document a direction, whose elements are messages, presence and questions.
 *
 *   <stream:stream to="domain" …>, then elements; </stream:stream> at the end
 *
 * Spec: RFC 6120 §4 (streams), §5 (TLS), §6 (SASL), §8 (stanzas); RFC 6121; XEP-0092 (software version).
 */
import { type Dissector, HANDED_OVER, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { elementLength } from './xml.ts'

export type Xmpp = {
  /** The element's name; empty for blanks that keep the connection. */
  name: string
  /** The element as it stands, cut at MAX_TEXT; one character a byte. */
  text: string
  anomalies: string[]
}

export type XmppState = { isOpen: boolean; isEncrypted: boolean; seen: unknown }

const MAX_ELEMENT = 131_072
const MAX_TEXT = 16_384

export const dissector: Dissector<Xmpp, XmppState> = {
  name: 'xmpp',
  ports: ['tcp/5222', 'tcp/5269'],
  maxFrame: MAX_ELEMENT,
  start: () => ({ isOpen: false, isEncrypted: false, seen: undefined }),
  frame(head, ctx) {
    if (ctx.state.isEncrypted) return HANDED_OVER
    const blanks = blankLength(head)
    if (blanks > 0) return ctx.state.isOpen ? blanks : NOT_MINE
    if (!ctx.state.isOpen) {
      const own = begins(head)
      if (own <= 0) return own
    } else if (head.peek() !== 0x3c) return NOT_MINE
    const length = elementLength(head.bytes, head.at, head.end)
    return length === NEED_MORE && head.left >= MAX_ELEMENT ? NOT_MINE : length
  },
  parse(r, { state }) {
    state.isOpen = true
    const blanks = blankLength(r)
    if (blanks > 0) r.view(blanks, 'blanks')
    const text = byteText(r.view(r.left, 'element').subarray(0, MAX_TEXT))
    const m: Xmpp = { name: /^<(\/?[\w:?!-]+)/.exec(text)?.[1] ?? '', text, anomalies: [] }
    if (text !== '' && !text.endsWith('>') && text.length < MAX_TEXT) m.anomalies.push('truncated')
    // RFC 6120 §5.4.2.3: what follows is the handshake.
    if (m.name === 'proceed') state.isEncrypted = true
    return m
  },
}

function blankLength(r: Reader): number {
  let n = 0
  while (n < r.left && (r.peek(n) === 0x20 || (r.peek(n) >= 9 && r.peek(n) <= 13))) n++
  return n
}

/** An XML declaration alone says little: the stream's opening must follow. */
function begins(head: Reader): number {
  if (head.peek() !== 0x3c) return NOT_MINE
  const text = byteText(head.bytes.subarray(head.at, Math.min(head.end, head.at + 512)))
  const rest = text.replace(/^<\?xml[^>]{0,80}>\s*/, '')
  if (rest === '' || '<?xml'.startsWith(text) || (text.startsWith('<?xml') && !text.includes('>'))) return NEED_MORE
  if (rest.length < 14) return '<stream:stream'.startsWith(rest) ? NEED_MORE : NOT_MINE
  return rest.startsWith('<stream:stream') ? 1 : NOT_MINE
}
