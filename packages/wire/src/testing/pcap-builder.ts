/** For tests: classic pcap files and the frames in them, written by hand. Little-endian, µs, Ethernet. */

export type TestFrame = { readonly atUs: number; readonly bytes: Uint8Array }

export function pcap(frames: readonly TestFrame[], linkType = 1): Uint8Array {
  const size = frames.reduce((sum, f) => sum + 16 + f.bytes.length, 24)
  const out = new Uint8Array(size)
  const view = new DataView(out.buffer)
  view.setUint32(0, 0xa1b2c3d4, true)
  view.setUint16(4, 2, true)
  view.setUint16(6, 4, true)
  view.setUint32(16, 262_144, true)
  view.setUint32(20, linkType, true)
  let at = 24
  for (const { atUs, bytes } of frames) {
    view.setUint32(at, Math.floor(atUs / 1_000_000), true)
    view.setUint32(at + 4, atUs % 1_000_000, true)
    view.setUint32(at + 8, bytes.length, true)
    view.setUint32(at + 12, bytes.length, true)
    out.set(bytes, at + 16)
    at += 16 + bytes.length
  }
  return out
}

export type Ends = { readonly from: string; readonly to: string; readonly fromPort: number; readonly toPort: number }

/** An Ethernet frame with IPv4 and TCP; MACs are 02:00 and the address. Checksums are left zero. */
export function tcpFrame(
  ends: Ends,
  tcp: { seq: number; ack?: number; flags: number; window?: number },
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const head = new Uint8Array(20)
  const view = new DataView(head.buffer)
  view.setUint16(0, ends.fromPort)
  view.setUint16(2, ends.toPort)
  view.setUint32(4, tcp.seq >>> 0)
  view.setUint32(8, (tcp.ack ?? 0) >>> 0)
  head[12] = 0x50
  head[13] = tcp.flags
  view.setUint16(14, tcp.window ?? 8192)
  return ipFrame(ends, 6, concat(head, payload))
}

export function udpFrame(ends: Ends, payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(8)
  const view = new DataView(head.buffer)
  view.setUint16(0, ends.fromPort)
  view.setUint16(2, ends.toPort)
  view.setUint16(4, 8 + payload.length)
  return ipFrame(ends, 17, concat(head, payload))
}

function ipFrame(ends: Ends, protocol: number, payload: Uint8Array): Uint8Array {
  const from = address(ends.from)
  const to = address(ends.to)
  const head = new Uint8Array(34)
  const view = new DataView(head.buffer)
  head.set([2, 0, ...to], 0)
  head.set([2, 0, ...from], 6)
  view.setUint16(12, 0x0800)
  head[14] = 0x45
  view.setUint16(16, 20 + payload.length)
  head[22] = 64
  head[23] = protocol
  head.set(from, 26)
  head.set(to, 30)
  return concat(head, payload)
}

function address(text: string): number[] {
  return text.split('.').map(Number)
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** A whole TCP conversation: handshake, the payloads in turn (client first), an orderly end. */
export function tcpTalk(
  ends: Ends,
  startUs: number,
  payloads: readonly (readonly ['client' | 'server', Uint8Array])[],
  stepUs = 1000,
): TestFrame[] {
  const back: Ends = { from: ends.to, to: ends.from, fromPort: ends.toPort, toPort: ends.fromPort }
  const frames: TestFrame[] = []
  let atUs = startUs
  let client = 1000
  let server = 9000
  const put = (fromClient: boolean, flags: number, payload?: Uint8Array): void => {
    frames.push({
      atUs,
      bytes: tcpFrame(fromClient ? ends : back, { seq: fromClient ? client : server, ack: fromClient ? server : client, flags }, payload),
    })
    atUs += stepUs
    const span = (payload?.length ?? 0) + ((flags & 3) !== 0 ? 1 : 0)
    if (fromClient) client += span
    else server += span
  }
  put(true, 2)
  put(false, 18)
  put(true, 16)
  for (const [side, payload] of payloads) put(side === 'client', 24, payload)
  put(true, 17)
  put(false, 17)
  put(true, 16)
  return frames
}
