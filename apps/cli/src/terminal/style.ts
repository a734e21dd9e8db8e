/** Colours of the terminal, or none: a pipe, NO_COLOR and a dumb terminal get plain text. */
import type { Level } from '@isthmus/model'
import type { Console } from '../command.ts'

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36, alarm: '1;41;97' } as const
export type Tone = keyof typeof CODES

export type Style = {
  readonly width: number
  paint(text: string, ...tones: readonly Tone[]): string
}

const WIDTH_OF_A_FILE = 120
const NARROWEST = 60
const WIDEST = 200

export function styleOf(console: Console): Style {
  const isTerminal = console.out.isTTY === true
  const isColoured = isTerminal && (console.env.NO_COLOR ?? '') === '' && console.env.TERM !== 'dumb'
  return {
    width: isTerminal ? Math.min(WIDEST, Math.max(NARROWEST, console.out.columns ?? 80)) : WIDTH_OF_A_FILE,
    paint: (text, ...tones) => (isColoured && text !== '' ? `\u001b[${tones.map((tone) => CODES[tone]).join(';')}m${text}\u001b[0m` : text),
  }
}

export const LEVEL_TONES: Readonly<Record<Level, readonly Tone[]>> = {
  critical: ['alarm'],
  high: ['bold', 'red'],
  medium: ['yellow'],
  low: ['cyan'],
  informational: ['dim'],
}
