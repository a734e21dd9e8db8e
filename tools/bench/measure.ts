/** Measuring child processes: CPU seconds (user and system, all threads), wall time, peak resident memory. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type Cost = { cpu: number; wall: number; status: number }

/** CPU by the shell's `times`, so that a foreign program is measured like our own. */
export function costOf(command: string, args: readonly string[]): Cost {
  const script = 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null 2>/dev/null'
  const { stderr, status } = spawnSync('bash', ['-c', script, 'bash', command, ...args], { encoding: 'utf8' })
  const [user = 0, system = 0, wall = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number)
  return { cpu: user + system, wall, status: status ?? 1 }
}

export function best(times: number, run: () => Cost): Cost {
  let least: Cost | undefined
  for (let i = 0; i < times; i++) {
    const cost = run()
    if (least === undefined || cost.cpu < least.cpu) least = cost
  }
  return least!
}

/** Feeds a child's standard input and watches its peak memory (Linux: VmHWM). Bytes resident at most. */
export async function peakMemory(
  command: string,
  args: readonly string[],
  feed: () => Iterable<Uint8Array>,
): Promise<{ peak: number; status: number }> {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'inherit'] })
  let peak = 0
  const watch = setInterval(() => {
    try {
      const said = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
      if (said) peak = Math.max(peak, Number(said[1]) * 1024)
    } catch {
      // The child has just ended: its last reading stands.
    }
  }, 100)
  const ended = new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
  child.stdin.on('error', () => {})
  for (const chunk of feed()) if (!child.stdin.write(chunk)) await new Promise((resolve) => child.stdin.once('drain', resolve))
  child.stdin.end()
  const status = await ended
  clearInterval(watch)
  return { peak, status }
}
