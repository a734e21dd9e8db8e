/**
 * Live traffic through a child process: dumpcap or tcpdump writes pcap to its standard output. The privilege to
 * capture stays with the child; nothing in this process can put a packet on the wire.
 */
import { spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Problem } from '@isthmus/wire'
import { fromStream, type OpenCapture } from './open-capture.ts'

export type LiveOptions = {
  /** Interface name as the capturing program knows it. */
  readonly device: string
  /** Capture filter in pcap-filter syntax. */
  readonly filter?: string
  /** Folders to look for the capturing program in; PATH by default. */
  readonly path?: string
}

type Program = { readonly name: string; readonly args: (o: LiveOptions) => string[] }

const PROGRAMS: readonly Program[] = [
  { name: 'dumpcap', args: (o) => ['-q', '-P', '-i', o.device, ...(o.filter === undefined ? [] : ['-f', o.filter]), '-w', '-'] },
  { name: 'tcpdump', args: (o) => ['-i', o.device, '-s', '0', '-U', '-w', '-', ...(o.filter === undefined ? [] : [o.filter])] },
]
const MAX_COMPLAINT = 2000

/** `stop` ends the child; the capture then ends in good order. */
export type LiveCapture = OpenCapture & { stop(): void; readonly program: string }

export async function openLive(options: LiveOptions): Promise<LiveCapture | Problem> {
  // A name that begins with a dash would be an option of the child.
  if (options.device === '' || options.device.startsWith('-') || options.filter?.startsWith('-') === true)
    return { offset: 0, reason: `not an interface or filter: ${options.device}` }
  const found = await find(options.path ?? process.env.PATH ?? '')
  if (found === undefined) return { offset: 0, reason: 'neither dumpcap nor tcpdump is installed: live capture needs one of them' }
  const child = spawn(found.file, found.program.args(options), { stdio: ['ignore', 'pipe', 'pipe'] })
  const problems: Problem[] = []
  let complaint = ''
  let isStopping = false
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-MAX_COMPLAINT)
  })
  const exited = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      problems.push({ offset: 0, reason: `${found.program.name} cannot be started: ${error.message}` })
      resolve()
    })
    child.on('close', (code) => {
      if (code !== 0 && !isStopping)
        problems.push({ offset: capture.position(), reason: `${found.program.name} ended with status ${code}: ${lastLine(complaint)}` })
      resolve()
    })
  })
  const capture = fromStream(untilExit(child.stdout, exited), problems)
  const stop = (): void => {
    isStopping = true
    child.kill('SIGTERM')
  }
  return { ...capture, stop, program: found.program.name }
}

/** The child's words end when it has: its status is known by then. */
async function* untilExit(stdout: AsyncIterable<Uint8Array>, exited: Promise<void>): AsyncGenerator<Uint8Array> {
  yield* stdout
  await exited
}

async function find(path: string): Promise<{ program: Program; file: string } | undefined> {
  for (const program of PROGRAMS) {
    for (const folder of path.split(delimiter)) {
      if (folder === '') continue
      const file = join(folder, program.name)
      try {
        await access(file, constants.X_OK)
        return { program, file }
      } catch {}
    }
  }
  return undefined
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'it said nothing'
}
