/** What is given beside captures: files of other products' alerts, read line by line. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { AlertReceived } from '@isthmus/model'
import { createEveReader, createReceiver, type EveReader, LineCutter, type Receiver } from '@isthmus/sources'

/** How one file was used. */
export type SourceOutcome = {
  readonly file: string
  readonly product: string
  /** Records of any kind. */
  readonly read: number
  readonly used: number
  /** Used ones that are about a conversation of the captures, and those that are not. */
  readonly tied: number
  readonly untied: number
  readonly refused: Readonly<Record<string, number>>
  readonly problems: readonly { readonly line: number; readonly reason: string }[]
}

export type Beside = Pick<Receiver, 'see' | 'due' | 'rest'> & { outcomes(): readonly SourceOutcome[] }

type Read = { readonly file: string; readonly reader: EveReader; readonly receiver: Receiver; readonly error: string | undefined }

/** All alerts of the files, waiting for the conversations they are about. */
export async function readEve(paths: readonly string[], site: string): Promise<Beside> {
  const reads: Read[] = []
  for (const path of paths) {
    const reader = createEveReader()
    const receiver = createReceiver({ site, sensor: 'eve', sha1: (bytes) => createHash('sha1').update(bytes).digest() })
    const error = await readLines(path, (line) => {
      const alert = reader.line(line)
      if (alert !== undefined) receiver.add(alert)
    })
    reads.push({ file: basename(path), reader, receiver, error })
  }
  const receivers = reads.map(({ receiver }) => receiver)
  return {
    see: (observation) => {
      for (const receiver of receivers) receiver.see(observation)
    },
    due: () => inOrder(receivers.map((receiver) => receiver.due())),
    rest: () => inOrder(receivers.map((receiver) => receiver.rest())),
    outcomes: () => reads.map(outcome),
  }
}

/** The reason why a file could not be read to its end. */
async function readLines(path: string, take: (line: string | undefined) => void): Promise<string | undefined> {
  const cutter = new LineCutter()
  let error: string | undefined
  try {
    for await (const piece of createReadStream(path, 'utf8')) for (const line of cutter.push(piece as string)) take(line)
  } catch (cause) {
    error = `cannot be read: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`
  }
  for (const line of cutter.end()) take(line)
  return error
}

function inOrder(lists: readonly AlertReceived[][]): AlertReceived[] {
  return lists.flat().sort((a, b) => a.at - b.at)
}

function outcome({ file, reader, receiver, error }: Read): SourceOutcome {
  const { lines, refused, examples } = reader.counts()
  const { alerts, tied, untied, dropped } = receiver.counts()
  return {
    file,
    product: 'Suricata',
    read: lines,
    used: alerts - dropped,
    tied,
    untied,
    refused: { ...refused, ...(dropped > 0 ? { 'too many alerts': dropped } : {}) },
    problems: [...(error === undefined ? [] : [{ line: 0, reason: error }]), ...examples],
  }
}
