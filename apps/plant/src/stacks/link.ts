/**
 * One conversation between a client stack and a server stack: the loopback connection through its tap, and the TCP
 * flow its bytes become. Bytes are gathered while the stacks run and framed afterwards, at the script's time, so the
 * speed of this machine leaves no trace in the capture.
 */
import { Tap } from '../network/tap.ts'
import type { TcpFlow } from '../network/tcp.ts'

export class Link {
  readonly #tap: Tap
  readonly #flow: TcpFlow

  private constructor(tap: Tap, flow: TcpFlow) {
    this.#tap = tap
    this.#flow = flow
  }

  static async open(serverPort: number, flow: TcpFlow): Promise<Link> {
    return new Link(await Tap.open(serverPort), flow)
  }

  /** Where the client stack connects to. */
  get port(): number {
    return this.#tap.port
  }

  /** Frames the handshake and whatever the stacks said while connecting. */
  opened(at: number): number {
    return this.#flow.play(this.#flow.open(at), this.#tap.take())
  }

  /** Frames what the stacks said since the last call. */
  said(at: number): number {
    return this.#flow.play(at, this.#tap.take())
  }

  /** Frames the rest and the close. */
  async closed(at: number, by: 'c' | 's' = 'c'): Promise<number> {
    const done = this.#flow.close(this.#flow.play(at, this.#tap.take()) + 400, by)
    await this.#tap.close()
    return done
  }

  /** Ends without a trace on the wire: the capture ended first. */
  async drop(): Promise<void> {
    await this.#tap.close()
  }
}
