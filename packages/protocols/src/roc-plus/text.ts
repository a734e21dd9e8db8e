/** What the readers of an opcode's data give back. */
import type { Cell } from '../protocol.ts'

export type Fields = { readonly [column: string]: Cell }
/** A row of one of the logs; with an empty name, columns of the main log. */
export type Content = { readonly log: string; readonly fields: Fields }

export function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const b of bytes) text += b.toString(16).padStart(2, '0')
  return text.toUpperCase()
}
