/** What the readers of an opcode's data give back. */
import { hexText } from '../byte-text.ts'
import type { Cell } from '../protocol.ts'

export type Fields = { readonly [column: string]: Cell }
/** A row of one of the logs; with an empty name, columns of the main log. */
export type Content = { readonly log: string; readonly fields: Fields }

export function hexOf(bytes: Uint8Array): string {
  return hexText(bytes).toUpperCase()
}
