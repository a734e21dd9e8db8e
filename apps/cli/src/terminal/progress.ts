/** A line on the terminal's error stream that says how far a long job is; gone when the job is done. */
import type { Console } from '../command.ts'
import { countText, sizeText } from '../text.ts'

const PATIENCE_MS = 400
const EVERY_MS = 100
const BAR = 24

export type Progress = { show(bytesDone: number, total: number | undefined, packets: number): void; clear(): void }

const SILENT: Progress = { show() {}, clear() {} }

export function progressOn(console: Console): Progress {
  const { err } = console
  if (err.isTTY !== true || console.env.TERM === 'dumb') return SILENT
  const began = performance.now()
  let drawnAt = 0
  return {
    show(bytesDone, total, packets) {
      const now = performance.now()
      if (now - began < PATIENCE_MS || now - drawnAt < EVERY_MS) return
      drawnAt = now
      const speed = `${sizeText((bytesDone * 1000) / (now - began))}/s`
      const share = total === undefined || total === 0 ? undefined : Math.min(1, bytesDone / total)
      const full = share === undefined ? 0 : Math.round(share * BAR)
      const bar =
        share === undefined
          ? ''
          : `${'\u2588'.repeat(full)}${'\u2591'.repeat(BAR - full)} ${String(Math.round(share * 100)).padStart(3)} %  `
      err.write(`\r\u001b[2K${`${bar}${sizeText(bytesDone)}  ${countText(packets, 'packet')}  ${speed}`.slice(0, (err.columns ?? 80) - 1)}`)
    },
    clear() {
      if (drawnAt > 0) err.write('\r\u001b[2K')
    },
  }
}
