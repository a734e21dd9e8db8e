/** The way from packets to a match, tried out: a download of the EICAR test file, invented here, through pipeline and engine. */
import type { Observation } from '@isthmus/model'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import { EICAR_RULE, eicar } from './eicar.ts'
import { openScanner } from './scanner.ts'

export type SelfTest = {
  readonly ok: boolean
  /** What was found, or where the way broke off. */
  readonly says: string
  readonly tookMs: number
  /** What the packets told, for the rules. */
  readonly told: readonly Observation[]
}

const CLIENT = { ip: [192, 0, 2, 10], port: 49_152 } as const
const SERVER = { ip: [192, 0, 2, 20], port: 80 } as const
const SYN = 2
const PUSH_ACK = 24
const ACK = 16
const FIN_ACK = 17
const ETHERNET = 1

/** Blocks for the time of compiling one rule and scanning 68 bytes: run it in a thread that may wait. */
export async function selfTest(): Promise<SelfTest> {
  const startedAt = performance.now()
  let told: readonly Observation[] = []
  const done = (ok: boolean, says: string): SelfTest => ({ ok, says, tookMs: Math.round(performance.now() - startedAt), told })
  try {
    const scanner = openScanner([{ file: 'self-test', text: EICAR_RULE }])
    try {
      const pipeline = createPipeline({
        site: 'self-test',
        sensor: 'self-test',
        capture: 'self-test',
        protocols: PROTOCOLS,
        scanFile: scanner.scanFile,
      })
      for (const [i, frame] of download().entries()) pipeline.frame(frame, 0, frame.length, frame.length, i * 1000, ETHERNET)
      pipeline.finish()
      told = pipeline.take()
      const moved = told.find((seen) => seen.kind === 'file.moved')
      if (moved === undefined) return done(false, 'the file was not taken out of its packets')
      if (!moved.whole || moved.hash === undefined) return done(false, 'the file came without its hash')
      if (moved.matches.length === 0) return done(false, `the file was not found by its content (${scanner.givenUp() || 'no match'})`)
      return done(true, `${moved.name}: ${moved.matches.join(', ')}`)
    } finally {
      await scanner.close()
    }
  } catch (error) {
    return done(false, error instanceof Error ? error.message : String(error))
  }
}

/** Addresses of RFC 5737, which no network uses. */
function download(): Uint8Array[] {
  const request = ascii('GET /eicar.com HTTP/1.1\r\nHost: self-test.invalid\r\n\r\n')
  const content = eicar()
  const head = ascii(
    `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="eicar.com"\r\nContent-Length: ${content.length}\r\n\r\n`,
  )
  const response = Uint8Array.from([...head, ...content])
  const end = 2 + request.length
  return [
    segment(true, 1, 0, SYN),
    segment(false, 1, 2, SYN | ACK),
    segment(true, 2, 2, ACK),
    segment(true, 2, 2, PUSH_ACK, request),
    segment(false, 2, end, PUSH_ACK, response),
    segment(true, end, 2 + response.length, FIN_ACK),
    segment(false, 2 + response.length, end + 1, FIN_ACK),
  ]
}

/** Ethernet, IPv4 and TCP; checksums are left zero. */
function segment(
  isClient: boolean,
  sequence: number,
  acknowledged: number,
  flags: number,
  data: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const [from, to] = isClient ? [CLIENT, SERVER] : [SERVER, CLIENT]
  const frame = Buffer.alloc(54 + data.length)
  frame.set([2, 0, ...to.ip, 2, 0, ...from.ip, 8, 0, 0x45])
  frame.writeUInt16BE(40 + data.length, 16)
  frame.set([64, 6], 22)
  frame.set([...from.ip, ...to.ip], 26)
  frame.writeUInt16BE(from.port, 34)
  frame.writeUInt16BE(to.port, 36)
  frame.writeUInt32BE(sequence, 38)
  frame.writeUInt32BE(acknowledged, 42)
  frame.set([0x50, flags], 46)
  frame.writeUInt16BE(8192, 48)
  frame.set(data, 54)
  return frame
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}
