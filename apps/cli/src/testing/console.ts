/** For tests: a command run in this process, its output kept. */
import { PassThrough } from 'node:stream'
import type { Console } from '../command.ts'
import { main } from '../main.ts'

export type Ran = { readonly status: number; readonly out: string; readonly err: string }

export async function run(
  args: readonly string[],
  terminal?: { readonly columns: number; readonly env?: Record<string, string> },
): Promise<Ran> {
  const streams = { out: new PassThrough(), err: new PassThrough() }
  const texts = { out: '', err: '' }
  for (const name of ['out', 'err'] as const) {
    streams[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  }
  const traits = terminal === undefined ? {} : { isTTY: true, columns: terminal.columns }
  const console: Console = { out: Object.assign(streams.out, traits), err: Object.assign(streams.err, traits), env: terminal?.env ?? {} }
  const status = await main(args, console)
  for (const name of ['out', 'err'] as const) await new Promise((resolve) => streams[name].end(resolve))
  return { status, ...texts }
}
