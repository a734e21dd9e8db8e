/** A refusal is a value: the table of errors says what it means over HTTP. */
import type { ErrorCode } from './errors.table.ts'

export type Detail = { readonly field: string; readonly why: string }
export type Refusal = {
  readonly refused: ErrorCode
  readonly why?: string
  readonly details?: readonly Detail[]
  readonly retryAfterS?: number
}

export function refuse(refused: ErrorCode, why?: string, details?: readonly Detail[]): Refusal {
  return { refused, ...(why === undefined ? {} : { why }), ...(details === undefined ? {} : { details }) }
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value
}

export const noSuch = (noun: string, id: string): Refusal => refuse('not-found', `There is no ${noun} ${id}, or you may not see it.`)
