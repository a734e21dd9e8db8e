/** The engine in a thread of its own: a rule or a file that keeps it busy costs this thread, not the one that reads packets. */
import { readFileSync } from 'node:fs'
import { type MessagePort, workerData } from 'node:worker_threads'
import { initSync } from '@virustotal/yara-x'
import { compileRules } from './compile-rules.ts'
import type { RuleProblem, RuleSource } from './rule-source.ts'

export type WorkerData = { readonly port: MessagePort; readonly turn: Int32Array; readonly sources: readonly RuleSource[] }
export type FromWorker =
  | { readonly kind: 'ready'; readonly count: number; readonly problems: readonly RuleProblem[] }
  | { readonly kind: 'scanned'; readonly matches: readonly string[]; readonly failed: string }

const { port, turn, sources } = workerData as WorkerData
initSync({ module: readFileSync(new URL('yara_x_js_bg.wasm', import.meta.resolve('@virustotal/yara-x'))) })
const { rules, count, problems } = compileRules(sources)
const scanner = rules.scanner()
port.on('message', (content: Uint8Array) => tell(scan(content)))
tell({ kind: 'ready', count, problems })

function scan(content: Uint8Array): FromWorker {
  try {
    const found = scanner.scan(content) as { matches: { identifier: string; isPrivate: boolean }[] }
    const names = found.matches.filter(({ isPrivate }) => !isPrivate).map(({ identifier }) => identifier)
    return { kind: 'scanned', matches: [...new Set(names)].sort(), failed: '' }
  } catch (error) {
    return { kind: 'scanned', matches: [], failed: error instanceof Error ? error.message : String(error) }
  }
}

/** Wakes whoever waits for it, asleep or not. */
function tell(message: FromWorker): void {
  port.postMessage(message)
  Atomics.add(turn, 0, 1)
  Atomics.notify(turn, 0)
}
