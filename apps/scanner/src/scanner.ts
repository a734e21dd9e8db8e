/**
 * YARA rules → a function that looks into one file at once. The engine (YARA-X in WebAssembly) has no time limit that holds, so it
 * runs in a thread that is ended when it takes too long, and started again.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { ScanFile } from '@isthmus/protocols'
import type { RuleProblem, RuleSource } from './rule-source.ts'
import type { FromWorker, WorkerData } from './scan-worker.ts'

export type Scanner = {
  readonly scanFile: ScanFile
  /** Rules in force. */
  readonly count: number
  readonly problems: readonly RuleProblem[]
  /** Why it looks into no file any more; empty while it does. */
  readonly givenUp: () => string
  close(): Promise<void>
}

export type ScannerOptions = {
  /** Longest time for one file, ms, and more for each MiB of it. */
  readonly timeoutMs?: number
  readonly timeoutMsPerMiB?: number
  /** Longest time to compile all rules, ms. */
  readonly compileMs?: number
  /** Files that took too long, or broke the engine, before it is given up: together they bound the time lost. */
  readonly maxFailures?: number
  /** Time lost to such files, ms, after which it is given up before: where the rules are large each start takes long. */
  readonly maxLostMs?: number
}

const COMPILE_MS = 60_000
const TIMEOUT_MS = 2000
const TIMEOUT_MS_PER_MIB = 250
const MAX_FAILURES = 8
const MAX_LOST_MS = 60_000
/** Engine and compiled rules; the engine's own memory is bounded by WebAssembly at 4 GB. */
const HEAP_MB = 256
const TOO_LONG = 'the rules take too long to compile'

type Ready = Extract<FromWorker, { kind: 'ready' }>

/** Blocks until the rules are compiled. Throws when that takes too long: then no rule can be used. */
export function openScanner(sources: readonly RuleSource[], options: ScannerOptions = {}): Scanner {
  const engine = new Engine(sources)
  const first = engine.wait(options.compileMs ?? COMPILE_MS)
  if (first?.kind === 'ready') return running(sources, options, engine, first)
  void engine.end()
  throw new Error(TOO_LONG)
}

/** As `openScanner`; whoever waits is not blocked. */
export async function startScanner(sources: readonly RuleSource[], options: ScannerOptions = {}): Promise<Scanner> {
  const engine = new Engine(sources)
  try {
    return running(sources, options, engine, await engine.ready(options.compileMs ?? COMPILE_MS))
  } catch (error) {
    await engine.end()
    throw error
  }
}

function running(sources: readonly RuleSource[], options: ScannerOptions, started: Engine, first: Ready): Scanner {
  const { timeoutMs = TIMEOUT_MS, timeoutMsPerMiB = TIMEOUT_MS_PER_MIB, compileMs = COMPILE_MS } = options
  const { maxFailures = MAX_FAILURES, maxLostMs = MAX_LOST_MS } = options
  let engine = started
  let failures = 0
  let lostMs = 0
  let givenUp = ''

  function again(why: string): void {
    void engine.end()
    if (++failures >= maxFailures || lostMs >= maxLostMs) {
      givenUp = `given up after ${failures} files: ${why}`
      return
    }
    const startedAt = performance.now()
    engine = new Engine(sources)
    if (engine.wait(compileMs) === undefined) givenUp = 'the engine did not start again'
    lostMs += performance.now() - startedAt
  }

  return {
    scanFile(content) {
      if (givenUp !== '') return { matches: [], failed: givenUp }
      const startedAt = performance.now()
      engine.ask(content)
      const limit = timeoutMs + (timeoutMsPerMiB * content.length) / 2 ** 20
      const answer = engine.wait(limit)
      if (answer?.kind === 'scanned' && answer.failed === '') return answer
      const why = answer?.kind === 'scanned' ? answer.failed : `took longer than ${Math.round(limit)} ms`
      lostMs += performance.now() - startedAt
      again(why)
      return { matches: [], failed: why }
    },
    count: first.count,
    problems: first.problems,
    givenUp: () => givenUp,
    close: () => engine.end(),
  }
}

/** What the rules are worth, without blocking. */
export async function checkRules(
  sources: readonly RuleSource[],
  compileMs = COMPILE_MS,
): Promise<{ readonly count: number; readonly problems: readonly RuleProblem[] }> {
  const engine = new Engine(sources)
  try {
    const { count, problems } = await engine.ready(compileMs)
    return { count, problems }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { count: 0, problems: sources.map(({ file }) => ({ file, line: undefined, rule: undefined, reason })) }
  } finally {
    await engine.end()
  }
}

class Engine {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #turn = new Int32Array(new SharedArrayBuffer(4))
  /** Answers taken. */
  #taken = 0

  constructor(sources: readonly RuleSource[]) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#worker = new Worker(new URL('./scan-worker.ts', import.meta.url), {
      workerData: { port: port2, turn: this.#turn, sources } satisfies WorkerData,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    // A dead thread answers nothing: whoever waits for it notices by the time.
    this.#worker.on('error', () => undefined)
    this.#worker.unref()
    port1.unref()
  }

  ask(content: Uint8Array): void {
    this.#port.postMessage(content)
  }

  /** Sleeps until the next answer; undefined when none comes in time. */
  wait(ms: number): FromWorker | undefined {
    const until = performance.now() + ms
    // An answer may be heard before it is counted: what is counted is what decides.
    for (let turn = Atomics.load(this.#turn, 0); turn <= this.#taken; turn = Atomics.load(this.#turn, 0)) {
      const left = until - performance.now()
      if (left <= 0 || Atomics.wait(this.#turn, 0, turn, left) === 'timed-out') return undefined
    }
    this.#taken++
    return receiveMessageOnPort(this.#port)?.message as FromWorker | undefined
  }

  /** The first answer, without sleeping. */
  async ready(ms: number): Promise<Ready> {
    this.#worker.ref()
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Ready>((done, fail) => {
        timer = setTimeout(() => fail(new Error(TOO_LONG)), ms)
        this.#worker.once('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
        this.#port.once('message', (message: FromWorker) => {
          this.#taken++
          if (message.kind === 'ready') done(message)
        })
      })
    } finally {
      clearTimeout(timer)
      this.#port.unref()
      this.#worker.unref()
    }
  }

  async end(): Promise<void> {
    this.#port.close()
    await this.#worker.terminate()
  }
}
