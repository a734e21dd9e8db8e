declare module 'nodes7' {
  class NodeS7 {
    dropConnectionTimer: NodeJS.Timeout | undefined
    resetTimeout: NodeJS.Timeout | undefined
    constructor(options?: { silent?: boolean; debug?: boolean })
    initiateConnection(
      parameters: { port: number; host: string; rack: number; slot: number; timeout?: number },
      done: (error?: Error) => void,
    ): void
    dropConnection(done: () => void): void
    addItems(items: string | readonly string[]): void
    readAllItems(done: (bad: boolean, values: Record<string, unknown>) => void): void
    writeItems(item: string, value: unknown, done: (bad: boolean) => void): number
  }
  export = NodeS7
}
