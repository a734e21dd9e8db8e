/**
 * Bytes of CIP in EtherNet/IP, questions and answers. Spec: ODVA, The CIP Networks Library Vol. 1, §2-4 (message router), App. C-1
 * (paths); Vol. 2, §2-3 (encapsulation), §2-6 (common packet format).
 */
import type { Host } from '../hosts.table.ts'
import { SCAN, type TcpFlow } from '../network/tcp.ts'
import type { Network } from './network.ts'

export const ENIP = 44818
const REGISTER = 0x65
const UNREGISTER = 0x66
const UNCONNECTED = 0x6f

export function u16(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(2 * values.length)
  for (const [i, value] of values.entries()) out.writeUInt16LE(value, 2 * i)
  return out
}

export function u32(value: number): Buffer {
  const out = Buffer.alloc(4)
  out.writeUInt32LE(value)
  return out
}

export function real(value: number): Buffer {
  const out = Buffer.alloc(4)
  out.writeFloatLE(value)
  return out
}

/** A text with its length before it, 16 bits. */
export function text(value: string): Buffer {
  return Buffer.concat([u16(value.length), Buffer.from(value, 'latin1')])
}

/** Class and instance, and an attribute where one is meant. */
export function object(classId: number, instance: number, attribute?: number): Buffer {
  const at = attribute === undefined ? [] : [0x30, attribute]
  return Buffer.from(
    instance < 256 ? [0x20, classId, 0x24, instance, ...at] : [0x20, classId, 0x25, 0, instance & 255, instance >> 8, ...at],
  )
}

/** A tag by its name; members behind dots. */
export function symbol(tag: string): Buffer {
  const parts = tag.split('.').map((name) => {
    const segment = Buffer.alloc(2 + name.length + (name.length % 2))
    segment.set([0x91, name.length])
    segment.write(name, 2, 'latin1')
    return segment
  })
  return Buffer.concat(parts)
}

/** One service asked, and what answers it. */
export type Exchange = { readonly question: Buffer; readonly answer: Buffer }

export function exchange(code: number, path: Buffer, data: Uint8Array, answer: Uint8Array): Exchange {
  return {
    question: Buffer.concat([Buffer.of(code, path.length / 2), path, data]),
    answer: Buffer.concat([Buffer.of(code | 0x80, 0, 0, 0), answer]),
  }
}

/** Several services in one packet (service 0x0A): count, offsets, services; the answers alike. */
export function several(list: readonly Exchange[]): Exchange {
  return exchange(0x0a, object(2, 1), packed(list.map((one) => one.question)), packed(list.map((one) => one.answer)))
}

function packed(services: readonly Buffer[]): Buffer {
  let at = 2 + 2 * services.length
  const offsets = services.map((one) => {
    const here = at
    at += one.length
    return here
  })
  return Buffer.concat([u16(services.length, ...offsets), ...services])
}

export function encapsulate(command: number, session: number, context: number, data: Uint8Array): Buffer {
  return Buffer.concat([u16(command, data.length), u32(session), u32(0), u32(0), u32(context), u32(0), data])
}

function unconnected(service: Uint8Array): Buffer {
  return Buffer.concat([u32(0), u16(0, 2, 0, 0, 0xb2, service.length), service])
}

/** A client's connection to a controller, registered and kept open. */
export class CipTalk {
  readonly #flow: TcpFlow
  readonly #session: number
  #context = 0

  private constructor(flow: TcpFlow, session: number) {
    this.#flow = flow
    this.#session = session
  }

  /** Connects at `at`; returns the connection and when it is ready. */
  static open(network: Network, at: number, client: Host, server: Host): { talk: CipTalk; at: number } {
    const flow = network.flow(client, server, ENIP, SCAN)
    const talk = new CipTalk(flow, network.random.fork(`session ${client.ip} ${server.ip} ${at}`).u32())
    const ready = flow.play(flow.open(at), [
      { by: 'c', bytes: encapsulate(REGISTER, 0, 0, u16(1, 0)) },
      { by: 's', bytes: encapsulate(REGISTER, talk.#session, 0, u16(1, 0)) },
    ])
    return { talk, at: ready }
  }

  /** Asks one after the other from `at`; returns when the last answer is there. */
  ask(at: number, exchanges: readonly Exchange[]): number {
    const turns = exchanges.flatMap(({ question, answer }) => {
      const context = ++this.#context
      return [
        { by: 'c' as const, bytes: encapsulate(UNCONNECTED, this.#session, context, unconnected(question)) },
        { by: 's' as const, bytes: encapsulate(UNCONNECTED, this.#session, context, unconnected(answer)) },
      ]
    })
    return this.#flow.play(at, turns)
  }

  close(at: number): number {
    const told = this.#flow.play(at, [{ by: 'c', bytes: encapsulate(UNREGISTER, this.#session, 0, new Uint8Array(0)) }])
    return this.#flow.close(told + 1000)
  }
}

/** Connects, asks, disconnects; returns when it is over. */
export function askOnce(network: Network, at: number, client: Host, server: Host, exchanges: readonly Exchange[]): number {
  const opened = CipTalk.open(network, at, client, server)
  return opened.talk.close(opened.talk.ask(opened.at, exchanges) + 2000)
}
