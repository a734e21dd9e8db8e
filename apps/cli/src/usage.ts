/** A command was called wrongly: the message says how, the exit status is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Exit statuses of every command that reads captures. */
export const STATUS = {
  ok: 0,
  /** What was readable was used; the rest is named. */
  partly: 1,
  usage: 2,
  /** Nothing could be read. */
  nothing: 3,
} as const
