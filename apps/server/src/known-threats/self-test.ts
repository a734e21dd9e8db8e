/** Tries the way from packets to a match at the start and every few hours: a scanner that finds nothing looks like a plant that is clean. */
import { runSelfTest } from '@isthmus/scanner'
import type { Logger } from 'pino'

export type SelfTestResult = { readonly ok: boolean; readonly says: string; readonly at: number }

const EVERY_MS = 6 * 3_600_000
/** The start has enough to do. */
const FIRST_MS = 5000

export type SelfTests = { last(): SelfTestResult | undefined; stop(): void }

export function startSelfTest({ log, now, firstMs = FIRST_MS }: { log: Logger; now: () => number; firstMs?: number }): SelfTests {
  let last: SelfTestResult | undefined
  const run = async () => {
    const { ok, says } = await runSelfTest()
    if (!ok) log.error({ says }, 'the self-test of known threats failed: files on the wire may not be found')
    last = { ok, says, at: now() }
  }
  const first = setTimeout(() => void run(), firstMs).unref()
  const timer = setInterval(() => void run(), EVERY_MS).unref()
  return {
    last: () => last,
    stop: () => {
      clearTimeout(first)
      clearInterval(timer)
    },
  }
}
