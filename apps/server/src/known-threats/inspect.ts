/** A source as it comes in: its text, and what it is worth. */
import type { Readable } from 'node:stream'
import { checkRules } from '@isthmus/scanner'
import { askThread } from '../ask-thread.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import { type Report, reportOfRules } from './report.ts'

/** Bytes of one source: it is kept in the database, and read as one text by every site that uses it. */
export const MAX_SOURCE = 32 << 20
const BOUNDS = { longestMs: 60_000, heapMb: 1024 }

/** The body as text: UTF-8, within the bound. */
export async function receiveText(body: Readable, most = MAX_SOURCE): Promise<string | Refusal> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > most) return refuse('too-large', `The file may have at most ${most} bytes.`)
    chunks.push(chunk)
  }
  if (bytes === 0) return refuse('not-valid', undefined, [{ field: 'body', why: 'the file is empty' }])
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))
    if (!text.includes('\0')) return text
  } catch {
    // Not UTF-8.
  }
  return refuse('not-valid', undefined, [{ field: 'body', why: 'the file is not text in UTF-8' }])
}

/** One after another: each may take a core and a heap of its own, whoever sends them. */
let turn: Promise<unknown> = Promise.resolve()

/** What a source is worth. Fails where it is too much to be read. */
export function inspect(kind: 'indicators' | 'yara', name: string, text: string): Promise<Report> {
  const report = turn.then(async () =>
    kind === 'yara' ? reportOfRules(await checkRules([{ file: name, text }])) : await readApart(name, text),
  )
  turn = report.catch(() => undefined)
  return report
}

async function readApart(name: string, text: string): Promise<Report> {
  const report = await askThread<Report>(new URL('./report-worker.ts', import.meta.url), { name, text }, BOUNDS)
  if (report === undefined) throw new Error(`a list of ${text.length} characters was not read`)
  return report
}
