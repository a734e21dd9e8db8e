/** The life of `isthmus up`: start, say what to look at, wait for Ctrl-C, stop cleanly. */

import type { Out } from './steps.ts'
import { startUp } from './up.ts'

export type MainOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: Out
  readonly err: Out
  readonly version: string
  readonly hasPlant?: boolean
}

/** @returns the exit status */
export async function main({ env, out, err, version, hasPlant = true }: MainOptions): Promise<number> {
  const from = performance.now()
  const stopping = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  let asked = 0
  const onSignal = () => {
    asked++
    if (asked === 1) stopping.abort()
    // Somebody insists: batches survive it, and so does the database.
    if (asked === 3) process.exit(130)
  }
  for (const signal of signals) process.on(signal, onSignal)
  try {
    out.write(`Isthmus ${version}\n`)
    const running = await startUp({ env, out, version, signal: stopping.signal, hasPlant })
    const { login } = running
    const seconds = ((performance.now() - from) / 1000).toFixed(0)
    out.write(welcome(running.address, login, running.settings.dataFolder, seconds, hasPlant))
    if (!stopping.signal.aborted) await new Promise<void>((done) => stopping.signal.addEventListener('abort', () => done(), { once: true }))
    out.write('\nStopping …\n')
    await running.stop()
    out.write('Stopped. Your data is kept; `npm run up` goes on with it.\n')
    return 0
  } catch (error) {
    err.write(`isthmus: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

function welcome(
  address: string,
  login: { name: string; password: string } | undefined,
  data: string,
  seconds: string,
  hasPlant: boolean,
): string {
  const who = login
    ? `  Sign in    ${login.name}\n  One time   ${login.password}   (you choose your own password at once)\n`
    : '  Sign in    with your account\n'
  const first = hasPlant
    ? `\nLook first at
  Now        the open incident: from a phished workstation to a stopped controller
  Map        the plant by Purdue level; the red line is where the intruder crossed from IT to OT
  Captures   drop a pcap of your own there
The demonstration plant goes on live; at the very first start it tells its first two hours at once.\n`
    : '\nLook first at Captures: drop a pcap of your plant there.\n'
  return `\nReady after ${seconds} s.\n\n  Console    ${address}\n${who}  Data       ${data}\n${first}\nCtrl-C stops everything cleanly.\n`
}
