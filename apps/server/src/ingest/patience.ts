/** Trying again while the outside world is broken: the database away, the disk full. What is held is kept meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isDiskFull, isLost } from '../database/connect.ts'

const RETRY_MS = 2000

export type TroubleKind = 'database-lost' | 'disk-full' | 'failed'

export function kindOf(error: unknown): TroubleKind {
  if (isLost(error)) return 'database-lost'
  return isDiskFull(error) ? 'disk-full' : 'failed'
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** Repeats `work` until it succeeds or fails for a reason of its own; gives up when aborted. */
export async function patiently<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  trouble: (kind: TroubleKind, why: string) => void,
): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const kind = kindOf(error)
      if (kind === 'failed' || signal.aborted) throw error
      trouble(kind, reasonOf(error))
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined)
    }
  }
}
