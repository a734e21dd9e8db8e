/** What the pipeline keeps count of, in objects of one shape each. */
import type { AnyProtocol } from './protocol.ts'

/** One row of a coverage report. */
export class Covered {
  packets = 0
  bytes = 0
  messages = 0
  anomalies = 0
  undecoded = 0
  dropped = 0
}

/** A protocol in one shape whatever literal it came from: the loads of every message stay monomorphic. */
export class Told {
  readonly observe: AnyProtocol['observe']
  readonly ended: AnyProtocol['ended']
  readonly logs: AnyProtocol['logs']
  readonly zeek: AnyProtocol['zeek']
  readonly zeekEnded: AnyProtocol['zeekEnded']

  constructor(p: AnyProtocol) {
    this.observe = p.observe
    this.ended = p.ended
    this.logs = p.logs
    this.zeek = p.zeek
    this.zeekEnded = p.zeekEnded
  }
}

/** What of a flow has been reported: the next session update is the difference. */
export class Reported {
  at = 0
  clientBytes = 0
  serverBytes = 0
  clientPackets = 0
  serverPackets = 0
  clientWire = 0
  serverWire = 0
  retransmissions = 0
  gaps = 0
}

/** Most connections are over before they are reported once. */
export const NOTHING = new Reported()
