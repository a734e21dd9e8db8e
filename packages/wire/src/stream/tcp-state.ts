/**
 * What became of a TCP conversation, in the words of Zeek's conn.log: `connState` (S0, SF, REJ …), `history` (one
 * letter per event, upper case from the client), payload bytes by sequence number, bytes missed, and when the
 * conversation counts as over. One call a segment, integers only, no allocation on the common path.
 *
 * History letters: s SYN, h SYN+ACK, a pure ACK, d data, f FIN, r RST, g gap, t retransmission, w zero window,
 * i FIN+RST, q several of SYN/FIN/RST, ^ the sides were exchanged. s h f r appear again for another sequence number;
 * g t w at the 1st, 10th, 100th …; the others once a side.
 */
import { ACK, FIN, type Packet, RST, SYN } from '../packet/packet.ts'
import { CLOSED, distance, ESTABLISHED, INACTIVE, PARTIAL, RESET, SYN_ACK_SENT, SYN_SENT, TcpEnd } from './tcp-end.ts'

const SAW_SYN = 1
const SAW_FIN = 2
const SAW_RST = 4
const SAW_FIN_RST = 8
const SAW_DATA = 16
const SAW_ACK = 32
const SAW_MANY = 64
/** A SYN or RST further off than this is not believed. */
const FAR = 1_048_576
const SECOND = 1_000_000
/** An unanswered SYN, and a closed conversation, are over after this. */
const LINGER_US = 5 * SECOND
const HANDSHAKE_IDLE_US = 60 * SECOND
const IDLE_US = 300 * SECOND

export class TcpState {
  client = new TcpEnd()
  server = new TcpEnd()
  history = ''
  startedAt = -1
  /** The last packet that still belonged to the exchange: what follows the closing of both sides does not prolong it. */
  lastAt = 0
  #partial = false
  #sawClient = false
  #sawServer = false
  /** When the conversation is over for good; 0 while nothing fixes it. */
  #overAt = 0
  #trying = false

  /** The segment shows that client and server were taken for each other: the caller flips the conversation. */
  wantsFlip = false

  segment(fromClient: boolean, p: Packet): void {
    const me = fromClient ? this.client : this.server
    const peer = fromClient ? this.server : this.client
    const flags = p.flags
    const length = p.payloadLength
    const isRst = (flags & RST) !== 0
    if (this.startedAt < 0) this.startedAt = p.atUs
    if (fromClient) {
      if (!this.#sawClient) this.#partial = (flags & SYN) === 0 || (flags & ACK) !== 0
    } else if (!this.#sawServer && !this.#partial) this.#partial = (flags & SYN) === 0

    const span = (isRst ? 0 : length) + ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0)
    const past = (p.seq + span) >>> 0
    initialise(me, flags, p.seq, past)
    const relative = me.relative(p.seq, me.last, me.lastWraps)
    this.#write(me, fromClient, flags, relative, length)
    if (p.window === 0 && !isRst && peer.state !== CLOSED && me.state !== RESET && ++me.zeroWindows === me.zeroWindowMark) {
      me.zeroWindowMark *= 10
      this.history += fromClient ? 'W' : 'w'
    }
    if (!(me.closed && peer.closed)) this.lastAt = p.atUs
    if ((flags & FIN) !== 0) {
      me.fins++
      me.finAt = relative + span
    }
    let ack = 0
    if ((flags & ACK) !== 0) {
      if (peer.state === INACTIVE) {
        ack = 1
        const before = (p.ack - 1) >>> 0
        peer.begin(before, before)
      } else {
        ack = peer.relative(p.ack, peer.acked, peer.ackedWraps)
        if (ack < 0) ack = 0
        else if (!isRst) {
          const delta = distance(p.ack, peer.acked)
          if (delta > 0 && !(p.ack === 0 && delta > FAR)) peer.advanceAcked(p.ack)
        }
      }
    }
    this.#advance(me, fromClient, flags, past, length)
    const closes = this.#move(me, peer, fromClient, p)
    if ((flags & ACK) !== 0) {
      const clean = isClean(me) && isClean(peer)
      for (let holes = peer.acknowledged(ack, this.#partial, clean); holes > 0 && clean; holes--) {
        if (++peer.gaps === peer.gapMark) {
          peer.gapMark *= 10
          this.history += fromClient ? 'g' : 'G'
        }
      }
      this.#settle(peer, me)
    }
    if (fromClient) this.#sawClient = true
    else this.#sawServer = true
    // A payload that the capture cut cannot be followed (snap length).
    if (length > 0 && !isRst && relative >= 0 && p.payloadEnd - p.payloadAt >= length)
      me.data((flags & SYN) !== 0 ? relative + 1 : relative, length)
    this.#settle(me, peer)
    if (closes) this.#close(me, peer)
  }

  /** A SYN that opens another conversation between the same ends. */
  reopens(p: Packet): boolean {
    if ((p.flags & SYN) === 0) return false
    let opener = this.client
    if ((p.flags & ACK) !== 0) {
      if (this.client.state !== INACTIVE) return false
      opener = this.server
    }
    if (this.#overAt > 0) return true
    if (p.seq === opener.start) return false
    const answered = (p.flags & ACK) === 0 && opener.state === SYN_ACK_SENT && this.server.state === INACTIVE && p.seq === this.server.start
    return !answered
  }

  /** µs since 1970 from which on a packet between the same ends starts another conversation. */
  get overAt(): number {
    if (this.#overAt > 0) return this.#overAt
    const c = this.client
    const s = this.server
    if (this.#trying && s.state === INACTIVE && (c.state === SYN_SENT || c.state === SYN_ACK_SENT)) return this.startedAt + LINGER_US
    if ((c.closed || s.closed) && (c.state === RESET || s.state === RESET || c.state === INACTIVE || s.state === INACTIVE))
      return this.lastAt + LINGER_US
    return this.lastAt + (c.state <= SYN_ACK_SENT && s.state <= SYN_ACK_SENT ? HANDSHAKE_IDLE_US : IDLE_US)
  }

  get clientBytes(): number {
    return this.client.size(this.server)
  }

  get serverBytes(): number {
    return this.server.size(this.client)
  }

  get missedBytes(): number {
    return this.client.missedBytes + this.server.missedBytes
  }

  get connState(): string {
    const c = this.client.state
    const s = this.server.state
    const quietClient = c === INACTIVE || c === PARTIAL
    const quietServer = s === INACTIVE || s === PARTIAL
    if (s === RESET) {
      if (c === SYN_SENT || c === SYN_ACK_SENT || (c === RESET && this.clientBytes === 0 && this.serverBytes === 0)) return 'REJ'
      return quietClient ? 'RSTRH' : 'RSTR'
    }
    if (c === RESET) {
      if (!quietServer) return 'RSTO'
      return /^\^?S[^HAFGIQ]*R/.test(this.history) ? 'RSTOS0' : 'OTH'
    }
    if (c === CLOSED && s === CLOSED) return 'SF'
    if (c === CLOSED) return quietServer ? 'SH' : 'S2'
    if (s === CLOSED) return quietClient ? 'SHR' : 'S3'
    if (c === SYN_SENT && s === INACTIVE) return 'S0'
    return c === ESTABLISHED && s === ESTABLISHED ? 'S1' : 'OTH'
  }

  /** Exchanges the sides: what was said so far was the other one's. */
  flip(): void {
    const client = this.client
    this.client = this.server
    this.server = client
    const saw = this.#sawClient
    this.#sawClient = this.#sawServer
    this.#sawServer = saw
    this.wantsFlip = false
    this.history = flipHistory(this.history)
  }

  #write(me: TcpEnd, fromClient: boolean, flags: number, relative: number, length: number): void {
    const control = flags & (SYN | FIN | RST)
    if (control === 0) {
      if (length > 0) this.#once(me, fromClient, SAW_DATA, 'D')
      else if ((flags & ACK) !== 0) this.#once(me, fromClient, SAW_ACK, 'A')
    } else if (control === SYN) {
      const letter = (flags & ACK) !== 0 ? 'H' : 'S'
      if (this.#once(me, fromClient, SAW_SYN, letter) && relative !== me.lastSyn) this.#add(fromClient, letter)
      me.lastSyn = relative
    } else if (control === FIN) {
      if (this.#once(me, fromClient, SAW_FIN, 'F') && relative + length !== me.lastFin) this.#add(fromClient, 'F')
      me.lastFin = relative + length
    } else if (control === RST) {
      if (this.#once(me, fromClient, SAW_RST, 'R') && relative !== me.lastRst) this.#add(fromClient, 'R')
      me.lastRst = relative
    } else if ((control & (FIN | RST)) === (FIN | RST)) this.#once(me, fromClient, SAW_FIN_RST, 'I')
    else this.#once(me, fromClient, SAW_MANY, 'Q')
  }

  /** True when the letter was there already. */
  #once(me: TcpEnd, fromClient: boolean, bit: number, letter: string): boolean {
    if ((me.seen & bit) !== 0) return true
    me.seen |= bit
    this.#add(fromClient, letter)
    return false
  }

  #add(fromClient: boolean, letter: string): void {
    // A flood of SYNs or RSTs with ever other numbers must not grow the text without end.
    if (this.history.length < 512) this.history += fromClient ? letter : letter.toLowerCase()
  }

  #advance(me: TcpEnd, fromClient: boolean, flags: number, past: number, length: number): void {
    const delta = distance(past, me.last)
    if ((flags & (SYN | RST)) !== 0 && (delta > FAR || delta < -FAR)) return
    // Only the SYN and the FIN of a long conversation were seen: believe the FIN.
    if ((flags & FIN) !== 0 && me.last === (me.start + 1) >>> 0) me.advanceLast(past)
    else if (me.state === RESET) return
    else if (delta > 0) me.advanceLast(past)
    else if (length > 0 && ++me.retransmissions === me.retransmissionMark) {
      me.retransmissionMark *= 10
      this.#add(fromClient, 'T')
    }
  }

  /** The end's next state; true when it closes. */
  #move(me: TcpEnd, peer: TcpEnd, fromClient: boolean, p: Packet): boolean {
    const flags = p.flags
    switch (me.state) {
      case INACTIVE:
        return this.#wake(me, peer, fromClient, p)
      case SYN_SENT:
      case SYN_ACK_SENT:
        if ((flags & FIN) !== 0) me.move(CLOSED)
        if ((flags & RST) !== 0) me.move(RESET)
        return (flags & (FIN | RST)) !== 0
      case PARTIAL:
      case ESTABLISHED:
        if ((flags & (SYN | ACK)) === SYN && me.state === PARTIAL && peer.state === INACTIVE) me.move(SYN_SENT)
        if ((flags & (FIN | RST)) === FIN) {
          me.move(CLOSED)
          // The peer's FIN was followed by a RST: this was an orderly end after all.
          if (peer.state === RESET && peer.previous === CLOSED) peer.move(CLOSED)
        }
        if ((flags & RST) !== 0) me.move(RESET)
        return (flags & (FIN | RST)) !== 0
      case CLOSED:
        if ((flags & RST) === 0 || peer.state === CLOSED) return false
        me.move(RESET)
        return !me.closed
      default:
        return false
    }
  }

  /** The first segment of an end decides what is believed of it. */
  #wake(me: TcpEnd, peer: TcpEnd, fromClient: boolean, p: Packet): boolean {
    const flags = p.flags
    if ((flags & SYN) !== 0) {
      if (fromClient) {
        me.move((flags & ACK) !== 0 ? SYN_ACK_SENT : SYN_SENT)
        this.#trying = true
      } else {
        if ((flags & ACK) === 0 && peer.state === SYN_ACK_SENT && p.seq === me.start) {
          // SYN and SYN+ACK were captured in the wrong order.
          this.wantsFlip = true
          this.#partial = false
          peer.move(ESTABLISHED)
        } else if (peer.state === SYN_SENT) peer.move(ESTABLISHED)
        me.move(ESTABLISHED)
      }
    }
    if ((flags & FIN) !== 0) me.move(CLOSED)
    if ((flags & RST) !== 0) me.move(RESET)
    if (me.state === INACTIVE) {
      // Some stacks acknowledge a SYN before they answer it.
      if (!fromClient && p.payloadLength === 0 && peer.state === SYN_SENT) return false
      // Only a pure acknowledgement completes a handshake whose SYN was not seen.
      if ((flags & ACK) !== 0 && peer.state === ESTABLISHED && p.payloadLength === 0) {
        me.move(ESTABLISHED)
        this.#partial = false
      } else me.move(PARTIAL)
    }
    return (flags & (FIN | RST)) !== 0
  }

  #close(me: TcpEnd, peer: TcpEnd): void {
    if (me.pending(peer)) {
      me.closePending = true
      return
    }
    me.closePending = false
    if (me.closed) return
    me.closed = true
    if (me.state === RESET || peer.closed || peer.state === INACTIVE) this.#overAt = this.lastAt + LINGER_US
  }

  #settle(me: TcpEnd, peer: TcpEnd): void {
    if (me.closePending && !me.pending(peer)) this.#close(me, peer)
  }
}

/** History letters after the sides were exchanged: what one said the other did; the mark says that it happened. */
export function flipHistory(history: string): string {
  let swapped = ''
  for (const letter of history) {
    const lower = letter.toLowerCase()
    swapped += letter === lower ? letter.toUpperCase() : lower
  }
  return swapped.startsWith('^') ? swapped.slice(1) : `^${swapped}`
}

/** Before the state moves: where the end's numbering starts. */
function initialise(me: TcpEnd, flags: number, seq: number, past: number): void {
  const syn = (flags & SYN) !== 0
  if (me.state === INACTIVE) {
    // Without a SYN the numbering starts as if there had been one.
    if (syn) me.begin(seq, past)
    else me.begin((seq - 1) >>> 0, seq)
  } else if (
    syn &&
    (me.state <= SYN_ACK_SENT ? seq !== me.start : me.state <= ESTABLISHED || (me.state === RESET && me.previous === INACTIVE))
  )
    me.begin(seq, past)
}

/** Holes in a conversation that was not orderly established say nothing. */
function isClean(end: TcpEnd): boolean {
  return end.state === ESTABLISHED || (end.state === CLOSED && end.previous === ESTABLISHED)
}
