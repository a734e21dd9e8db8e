/** What is given beside captures: other products' alerts, from files that are whole, files that grow and sockets. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import type { AlertReceived } from '@isthmus/model'
import { createEveReader, createReceiver, type EveReader, LineCutter, type Receiver } from '@isthmus/sources'
import { type Hearing, hear } from './hear.ts'

/** How one file or socket was used. */
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

export type Beside = Pick<Receiver, 'see' | 'due' | 'rest'> & {
  /** The captures are over: what still comes of them is waited for. */
  ended(): Promise<void>
  outcomes(): readonly SourceOutcome[]
}

export type BesideOptions = {
  /** Files of Suricata's EVE JSON. */
  readonly eve?: readonly string[]
  /** Where a Suricata writes it meanwhile: files, and sockets as `unix:PATH`. */
  readonly eveLive?: readonly string[]
  readonly site: string
  readonly signal?: AbortSignal | undefined
}

type Source = {
  readonly name: string
  readonly reader: EveReader
  readonly receiver: Receiver
  /** Undefined for a file that is whole. */
  readonly hearing: Hearing | undefined
  readonly error: string | undefined
}

/** All alerts of files that are whole, waiting for the conversations they are about; the others come meanwhile. */
export async function openBeside({ eve = [], eveLive = [], site, signal }: BesideOptions): Promise<Beside> {
  const sources: Source[] = []
  for (const path of eve) {
    const { reader, receiver, take } = open(site, false)
    const error = await readLines(path, take, signal)
    sources.push({ name: basename(path), reader, receiver, hearing: undefined, error })
  }
  for (const place of eveLive) {
    const { reader, receiver, take } = open(site, true)
    sources.push({ name: basename(place), reader, receiver, hearing: await hear(place, take, signal), error: undefined })
  }
  const receivers = sources.map(({ receiver }) => receiver)
  return {
    see: (observation) => {
      for (const receiver of receivers) receiver.see(observation)
    },
    due: () => inOrder(receivers.map((receiver) => receiver.due())),
    rest: () => inOrder(receivers.map((receiver) => receiver.rest())),
    ended: async () => {
      await Promise.all(sources.map(({ hearing }) => hearing?.ended()))
    },
    outcomes: () => sources.map(outcome),
  }
}

function open(site: string, isLive: boolean) {
  const reader = createEveReader()
  const receiver = createReceiver({ site, sensor: 'eve', sha1: (bytes) => createHash('sha1').update(bytes).digest(), isLive })
  const take = (line: string | undefined): void => {
    const alert = reader.line(line)
    if (alert !== undefined) receiver.add(alert)
  }
  return { reader, receiver, take }
}

/** The reason why a file could not be read to its end. */
async function readLines(path: string, take: (line: string | undefined) => void, signal?: AbortSignal): Promise<string | undefined> {
  const cutter = new LineCutter()
  let error: string | undefined
  try {
    for await (const piece of createReadStream(path, 'utf8')) {
      for (const line of cutter.push(piece as string)) take(line)
      if (signal?.aborted) return 'was not read to its end: stopped'
    }
  } catch (cause) {
    error = `cannot be read: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`
  }
  for (const line of cutter.end()) take(line)
  return error
}

function inOrder(lists: readonly AlertReceived[][]): AlertReceived[] {
  return lists.flat().sort((a, b) => a.at - b.at)
}

function outcome({ name, reader, receiver, hearing, error = hearing?.trouble() }: Source): SourceOutcome {
  const { lines, refused, examples } = reader.counts()
  const { alerts, tied, untied, dropped } = receiver.counts()
  const tooFast = hearing?.dropped() ?? 0
  return {
    file: name,
    product: 'Suricata',
    read: lines,
    used: alerts - dropped,
    tied,
    untied,
    refused: { ...refused, ...(dropped > 0 ? { 'too many alerts': dropped } : {}), ...(tooFast > 0 ? { 'came too fast': tooFast } : {}) },
    problems: [...(error === undefined ? [] : [{ line: 0, reason: error }]), ...examples],
  }
}
