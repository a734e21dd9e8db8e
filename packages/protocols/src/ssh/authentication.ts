/**
 * Whether a login succeeded, by the sizes of encrypted packets: the server's acceptance of the service is 16 bytes
 * longer than its success message; refusals have one size of their own. The inference of Zeek's analyzer.
 */
import type { Side } from '@isthmus/wire'

export type Guess = {
  isOver: boolean
  clientSpoke: boolean
  accepted: number
  refused: number
  skippedBanner: boolean
}

/** RFC 4252 §6 and §5.1: SSH_MSG_SERVICE_ACCEPT with "ssh-userauth" against the one byte of SSH_MSG_USERAUTH_SUCCESS. */
const SHORTER = 16
/** A message that exceeds the acceptance by more is a banner, not a refusal. */
const BANNER = 256

export function newGuess(): Guess {
  return { isOver: false, clientSpoke: false, accepted: 0, refused: 0, skippedBanner: false }
}

/** True for a success, false for a refusal, undefined while nothing can be told. */
export function authenticated(g: Guess, length: number, from: Side): boolean | undefined {
  if (g.isOver) return undefined
  if (from === 'client') {
    g.clientSpoke = true
    return undefined
  }
  if (!g.clientSpoke) return undefined
  if (g.accepted === 0) {
    g.accepted = length
    return undefined
  }
  if (g.refused === 0 && length + SHORTER !== g.accepted) {
    if (!g.skippedBanner && length - g.accepted > BANNER) g.skippedBanner = true
    else g.refused = length
    return undefined
  }
  if (length === g.refused) return false
  if (length + SHORTER !== g.accepted) return undefined
  g.isOver = true
  return true
}
