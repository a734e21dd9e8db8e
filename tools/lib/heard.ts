/** Preloaded into a run of the protocols' tests: writes what their recorders heard, by folder, to the file that ISTHMUS_HEARD names. */
import { writeFileSync } from 'node:fs'
import type { Listener } from '../../packages/protocols/src/testing/exchange.ts'
import { type Recorder, recorderMade } from '../../packages/protocols/src/testing/recorder.ts'

/** Observation kinds, accesses of operations, attributes of assets, anomalies: each once, sorted. */
export type Heard = { kinds: string[]; accesses: string[]; attributes: string[]; anomalies: string[] }

const made = new Map<string, Recorder[]>()

recorderMade.push((recorder) => {
  const folder = (new Error().stack ?? '')
    .split('\n')
    .map((line) => /\/protocols\/src\/([\w-]+)\/[\w-]+\.test\.ts/.exec(line)?.[1])
    .find((name) => name !== undefined)
  if (folder !== undefined) made.set(folder, [...(made.get(folder) ?? []), recorder])
})

process.on('exit', () => {
  const file = process.env.ISTHMUS_HEARD
  if (file === undefined) return
  const heard = [...made].sort(([a], [b]) => (a < b ? -1 : 1)).map(([folder, recorders]) => [folder, sum(recorders)])
  writeFileSync(file, JSON.stringify(Object.fromEntries(heard)))
})

function sum(recorders: readonly Recorder[]): Heard {
  const values = recorders.flatMap((r) => (r as Listener).values ?? [])
  return {
    kinds: unique([
      ...recorders.flatMap((r) => r.said.map(({ kind }) => kind)),
      ...(recorders.some((r) => r.operations.length > 0) ? ['operation.done'] : []),
      ...(recorders.some((r) => r.hints.length > 0) ? ['asset.hinted'] : []),
      ...(values.some((value) => !value.includes(':=')) ? ['process.read'] : []),
      ...(values.some((value) => value.includes(':=')) ? ['process.write'] : []),
      ...(recorders.some((r) => r.anomalies.length > 0) ? ['protocol.anomaly'] : []),
    ]),
    accesses: unique(
      recorders.flatMap((r) => [...r.operations, ...r.said].flatMap((each) => ('access' in each ? [String(each.access)] : []))),
    ),
    attributes: unique(recorders.flatMap((r) => r.hints.map((hint) => hint.split('=')[0]!.split(' ').at(-1)!))),
    anomalies: unique(recorders.flatMap((r) => r.anomalies)),
  }
}

const unique = (words: readonly string[]): string[] => [...new Set(words)].sort()
