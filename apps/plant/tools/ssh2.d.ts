declare module 'ssh2' {
  import type { EventEmitter } from 'node:events'

  type Stream = EventEmitter & { write(text: string): void; exit(code: number): void; end(): void }
  export type ParsedKey = unknown
  export class Server {
    constructor(options: { hostKeys: string[]; ident: string }, connected: (connection: ServerConnection) => void)
    listen(port: number, host: string, ready: () => void): void
    address(): unknown
    close(): void
  }
  interface ServerConnection {
    on(event: 'authentication', listener: (attempt: { method: string; accept(): void; reject(methods: string[]): void }) => void): void
    on(event: 'session', listener: (accept: () => { on(event: 'exec', listener: (accept: () => Stream) => void): void }) => void): void
    on(event: 'error', listener: () => void): void
  }
  export class Client {
    on(event: 'error', listener: (error: Error) => void): void
    on(event: 'ready', listener: () => void): void
    exec(command: string, done: (error: Error | undefined, stream: Stream) => void): void
    connect(options: Record<string, unknown>): void
    destroy(): void
  }
}
