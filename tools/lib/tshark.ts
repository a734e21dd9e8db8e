/** Field by field, what tshark 4 says of a capture beside what our messages say. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyProtocol } from '@isthmus/protocols'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import type { SeenMessage } from '@isthmus/wire'
import type { FieldValue, TsharkComparison } from '../../packages/protocols/src/testing/tshark.ts'
import { capturesUnder, framesOf, SHARED } from './frames.ts'

/** Between two occurrences of one field; no protocol has it in a name. */
const UNIT = '\x1f'
const FOLDER = join(import.meta.dirname, '..', '..', 'packages', 'protocols', 'src')

// biome-ignore lint/suspicious/noExplicitAny: comparisons of every message type
export type AnyComparison = TsharkComparison<any, any>

/** `theirs` and `ours` count occurrences; `both` those that are equal in one frame. */
export type Agreement = { theirs: number; ours: number; both: number; examples: string[] }

export const hasTshark = (): boolean => spawnSync('tshark', ['--version']).status === 0

export async function allComparisons(): Promise<AnyComparison[]> {
  const found: AnyComparison[] = []
  for (const name of readdirSync(FOLDER).sort()) {
    const file = join(FOLDER, name, 'tshark.table.ts')
    if (existsSync(file)) found.push(...(Object.values(await import(file)) as AnyComparison[]))
  }
  return found
}

/** Capture files that a comparison names and that are here. */
export function capturesOf({ captures, except = {} }: AnyComparison): string[] {
  return captures
    .flatMap((path) => {
      const whole = join(SHARED, path)
      if (!existsSync(whole)) return []
      return statSync(whole).isFile() ? [whole] : capturesUnder(whole, Number.POSITIVE_INFINITY)
    })
    .filter((file) => !(file.slice(SHARED.length + 1) in except))
    .sort()
}

/** Over all captures of a comparison: each field's sum, with examples that name their capture. */
export function compareAll(comparison: AnyComparison, files: readonly string[]): Map<string, Agreement> {
  const sums = new Map<string, Agreement>()
  for (const file of files)
    for (const [field, agreement] of compare(comparison, file)) {
      const sum = sums.get(field) ?? { theirs: 0, ours: 0, both: 0, examples: [] }
      add(sum, { ...agreement, examples: agreement.examples.map((each) => `${file.slice(SHARED.length + 1)} ${each}`) })
      sums.set(field, sum)
    }
  return sums
}

export function total(sums: ReadonlyMap<string, Agreement>): Agreement {
  const all: Agreement = { theirs: 0, ours: 0, both: 0, examples: [] }
  for (const [field, sum] of sums) add(all, { ...sum, examples: sum.examples.map((each) => `${field}, ${each}`) })
  return all
}

/** Of all that either side has, what both have; what a comparison asks for where it says nothing else. */
export const BAR = 0.99

function compare(comparison: AnyComparison, file: string): Map<string, Agreement> {
  const names = Object.keys(comparison.fields)
  const theirs = tsharkFields(comparison, names, file)
  const ours = ourFields(comparison, file)
  const agreements = new Map<string, Agreement>()
  names.forEach((name, column) => {
    const sum: Agreement = { theirs: 0, ours: 0, both: 0, examples: [] }
    for (const frame of new Set([...theirs.keys(), ...ours.keys()])) {
      const want = theirs.get(frame)?.[column] ?? []
      const have = ours.get(frame)?.[column] ?? []
      const both = inCommon(want, have)
      sum.theirs += want.length
      sum.ours += have.length
      sum.both += both
      if ((both < want.length || both < have.length) && sum.examples.length < 3)
        sum.examples.push(`packet ${frame}: tshark ${want.slice(0, 6).join(' ')} | ours ${have.slice(0, 6).join(' ')}`)
    }
    agreements.set(name, sum)
  })
  return agreements
}

function tsharkFields(comparison: AnyComparison, names: readonly string[], file: string): Map<number, string[][]> {
  const fields = ['frame.number', ...names].flatMap((name) => ['-e', name])
  const { status, stdout, stderr } = spawnSync(
    'tshark',
    [
      ...['-n', '-r', file, '-Y', comparison.filter, ...(comparison.arguments ?? [])],
      ...['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', `aggregator=${UNIT}`],
      ...fields,
    ],
    { encoding: 'utf8', maxBuffer: 1 << 30 },
  )
  // A capture that ends within a packet: status 2, and everything before it is there.
  if (status !== 0 && stdout === '') throw new Error(`tshark on ${file}: ${stderr.trim()}`)
  const frames = new Map<number, string[][]>()
  for (const line of stdout.split('\n')) {
    if (line === '') continue
    const [number, ...cells] = line.split('\t')
    frames.set(
      Number(number),
      cells.map((cell) => (cell === '' ? [] : cell.split(UNIT).map(normal))),
    )
  }
  return frames
}

function ourFields({ protocol, fields }: AnyComparison, file: string): Map<number, string[][]> {
  const readers = Object.values(fields)
  const frames = new Map<number, string[][]>()
  const listen = (told: AnyProtocol): AnyProtocol =>
    told.dissector.name !== protocol
      ? told
      : {
          ...told,
          observe: (seen: SeenMessage<unknown, unknown>, sink) => {
            const cells = frames.get(seen.lastPacket) ?? readers.map(() => [])
            readers.forEach((read, column) => void cells[column]!.push(...asList(read(seen.message, seen)).map(normal)))
            frames.set(seen.lastPacket, cells)
            told.observe(seen, sink)
          },
        }
  const pipeline = createPipeline({ site: 'site', sensor: 'tshark', capture: 'capture', protocols: PROTOCOLS.map(listen) })
  for (const f of framesOf(file)) {
    pipeline.frame(f.bytes, 0, f.bytes.length, f.wireLength, f.atUs, f.linkType)
    pipeline.take()
  }
  pipeline.finish()
  return frames
}

function asList(value: FieldValue): (string | number | bigint | boolean)[] {
  if (value === undefined) return []
  return Array.isArray(value) ? [...value] : [value as string]
}

/** One spelling for what both can spell in several ways: hexadecimal, leading zeros, digits of a float, truth. */
function normal(value: string | number | bigint | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  const text = String(value).trim()
  if (/^0x[0-9a-f]+$/i.test(text)) return String(BigInt(text))
  if (/^-?\d+$/.test(text)) return String(BigInt(text))
  if (/^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(text)) return String(Number(Number(text).toPrecision(6)))
  if (text === 'True' || text === 'False') return text === 'True' ? '1' : '0'
  return text
}

function inCommon(a: readonly string[], b: readonly string[]): number {
  const left = new Map<string, number>()
  for (const each of a) left.set(each, (left.get(each) ?? 0) + 1)
  let both = 0
  for (const each of b) {
    const n = left.get(each) ?? 0
    if (n === 0) continue
    left.set(each, n - 1)
    both++
  }
  return both
}

/** Occurrences that agree, of all that either side has. */
export const share = ({ theirs, ours, both }: Agreement): number => (theirs + ours === both ? 1 : both / (theirs + ours - both))

function add(sum: Agreement, more: Agreement): void {
  sum.theirs += more.theirs
  sum.ours += more.ours
  sum.both += more.both
  sum.examples.push(...more.examples.slice(0, Math.max(0, 3 - sum.examples.length)))
}
