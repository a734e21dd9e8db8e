/**
 * A tap on one loopback connection: a client stack connects to the tap, the tap to the server stack, and both
 * directions' bytes are kept in the order they crossed. Nothing is altered and no privilege is needed.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Turn } from './tcp.ts'

export const LOOPBACK = '127.0.0.1'

export class Tap {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #turns: { by: 'c' | 's'; parts: Uint8Array[] }[] = []

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  /** Listens on a free loopback port for connections to `serverPort`. */
  static async open(serverPort: number): Promise<Tap> {
    const server = createServer({ noDelay: true })
    const port = await listen(server)
    const tap = new Tap(server, port)
    server.on('connection', (client) => tap.#join(client, connect({ port: serverPort, host: LOOPBACK, noDelay: true })))
    return tap
  }

  /** What crossed since the last call; bytes of one side in a row are one turn. */
  take(): Turn[] {
    const turns = this.#turns.map(({ by, parts }) => ({ by, bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts) }))
    this.#turns = []
    return turns
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((done) => this.#server.close(() => done()))
  }

  #join(client: Socket, server: Socket): void {
    this.#pass('c', client, server)
    this.#pass('s', server, client)
  }

  #pass(by: 'c' | 's', from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('data', (bytes) => {
      const last = this.#turns.at(-1)
      if (last?.by === by) last.parts.push(bytes)
      else this.#turns.push({ by, parts: [bytes] })
      to.write(bytes)
    })
    from.on('end', () => to.end())
    // A stack that drops its connection mid-way is how some of them close; the other side is told.
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.end()
    })
  }
}

/** Listens on a free loopback port and says which. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(0, LOOPBACK, ready))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return address.port
}
