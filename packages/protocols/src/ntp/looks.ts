/**
 * Tells NTP's 48 bytes from others on a port that is not its own. No field is fixed, but the clocks in them agree: a server's answer
 * leaves soon after it was asked, a question that knows no clock is all zeros, and what stands behind is a digest or extensions.
 *
 * Spec: RFC 5905 §7.3 (header), §7.5 (extensions), appendix B.3 (lengths of digests); RFC 9327 has modes 6 and 7, too plain to tell.
 */
import type { Reader } from '@isthmus/wire'

const HEADER = 48
const MODE = { active: 1, passive: 2, client: 3, server: 4, broadcast: 5 } as const
/** After the header: nothing, a crypto-NAK, MD5 or SHA-1 with its key id. */
const TAILS: ReadonlySet<number> = new Set([0, 4, 20, 24])
/** Longest delay and dispersion that a clock admits (MAXDISP), in 1/65536 s. */
const MAX_ROOT = 16 * 0x10000
const MAX_STRATUM = 16
/** Poll 2^17 s (MAXPOLL); precision 2^0 to 2^-40 s, or 2^32 where a client hides it. */
const MAX_POLL = 17
const FINEST = 0x100 - 40
const HIDDEN_PRECISION = 0x20
/** What a server takes for an answer at most, and how old a clock's last correction and last exchange may be, s. */
const MAX_TURNAROUND = 2
const MAX_AGE = 40 * 86_400
/** Seconds since 1900: clocks set since 1996, and before 2053 in the era that begins in 2036. */
const SET_SINCE = 0xb500_0000
const SET_BEFORE = 0x2000_0000

export function looksLikeNtp(head: Reader): boolean {
  const { bytes: b, at } = head
  const first = b[at]!
  const version = (first >> 3) & 7
  const mode = first & 7
  if (version < 3 || version > 4 || mode < MODE.active || mode > MODE.broadcast || !endsWell(head)) return false
  const precision = b[at + 3]!
  if (b[at + 1]! > MAX_STRATUM || b[at + 2]! > MAX_POLL) return false
  if (precision !== 0 && precision < FINEST && (precision !== HIDDEN_PRECISION || mode !== MODE.client)) return false
  if (word(head, 4) > MAX_ROOT || word(head, 8) > MAX_ROOT) return false
  // A time that is none has no fraction either.
  if ([16, 24, 32].some((field) => word(head, field) === 0 && word(head, field + 4) !== 0)) return false
  const [reference, origin, receive, transmit] = [16, 24, 32, 40].map((field) => word(head, field)) as [number, number, number, number]
  if (mode === MODE.server) return answers(origin, receive, transmit) && isPast(reference, transmit) && isTurned(head)
  // Its own time is all that a question of a new client says, or a number nobody can guess, or nothing.
  if (mode === MODE.client && reference + origin + receive + word(head, 4) + word(head, 8) === 0) return true
  if (mode === MODE.broadcast && origin + receive !== 0) return false
  return isSet(transmit) && [reference, origin, receive].every((time) => isPast(time, transmit))
}

/** A length that digests have, or extensions of their own lengths (16 at least, whole words). */
function endsWell(head: Reader): boolean {
  let left = head.left - HEADER
  let at = HEADER
  while (left > 24) {
    const length = (head.peek(at + 2) << 8) | head.peek(at + 3)
    if (length < 16 || length > left || length % 4 !== 0) return false
    at += length
    left -= length
  }
  return TAILS.has(left)
}

function answers(origin: number, receive: number, transmit: number): boolean {
  return origin !== 0 && isSet(receive) && isSet(transmit)
}

/** The answer left after the question came, and soon. */
function isTurned(head: Reader): boolean {
  const received = word(head, 32) + word(head, 36) / 0x1_0000_0000
  const sent = word(head, 40) + word(head, 44) / 0x1_0000_0000
  return sent >= received && sent - received <= MAX_TURNAROUND
}

const isSet = (seconds: number): boolean => seconds >= SET_SINCE || (seconds > 0 && seconds < SET_BEFORE)
const isPast = (seconds: number, now: number): boolean => seconds === 0 || (now - seconds >= -1 && now - seconds <= MAX_AGE)

function word({ bytes: b, at }: Reader, offset: number): number {
  return ((b[at + offset]! << 24) | (b[at + offset + 1]! << 16) | (b[at + offset + 2]! << 8) | b[at + offset + 3]!) >>> 0
}
