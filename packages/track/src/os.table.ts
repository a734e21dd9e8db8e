/** What an operating system says of a host: little, so any behaviour outweighs it. Systems that controllers run too are absent. */
import type { Guess } from './roles.table.ts'

/** The first row whose text is part of the system's name, in lower case, holds. */
export const OS_GUESSES: readonly (readonly [part: string, guess: Guess])[] = [
  ['windows ce', ['hmi', 0.25]],
  ['windows server', ['server', 0.33]],
  ['windows nt server', ['server', 0.33]],
  ['windows', ['workstation', 0.2]],
  ['mac os', ['workstation', 0.2]],
  ['macos', ['workstation', 0.2]],
  ['ios xe', ['router', 0.3]],
  ['cisco ios', ['router', 0.3]],
  ['junos', ['router', 0.3]],
  ['vmware esx', ['server', 0.35]],
  ['android', ['phone', 0.2]],
]
