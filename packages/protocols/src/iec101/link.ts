/** Functions of the link (IEC 60870-5-2, §5.1.2 and §6.1.2). */
import type { Access } from '@isthmus/model'

const PRIMARY = 0x40

/** Asked by the primary station; user data (3, 4) is no matter of the link. */
export const REQUESTS: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0: ['reset link', 'session'],
  1: ['reset user process', 'control'],
  2: ['test link', 'session'],
  8: ['request access demand', 'session'],
  9: ['request link status', 'session'],
  10: ['request class 1 data', 'read'],
  11: ['request class 2 data', 'read'],
}

/** What the secondary station answers; '' is an answer that grants. */
const ANSWERS: Readonly<Record<number, string>> = {
  0: '',
  1: 'link busy',
  8: '',
  9: '',
  11: '',
  14: 'link not functioning',
  15: 'link not implemented',
}
const NAMES: Readonly<Record<number, string>> = {
  0: 'acknowledged',
  1: 'not acknowledged',
  8: 'user data',
  9: 'no data',
  11: 'link status',
  14: 'not functioning',
  15: 'not implemented',
}

export const isSecondary = (control: number): boolean => (control & PRIMARY) === 0

export function nameOf(control: number): string {
  const code = control & 0x0f
  if (isSecondary(control)) return NAMES[code] ?? ''
  return code === 3 ? 'user data, confirmed' : code === 4 ? 'user data' : (REQUESTS[code]?.[0] ?? '')
}

/** Why a request was refused; '' where it was not. The single character (-1) acknowledges. */
export function refusalOf(control: number): string {
  return control < 0 ? '' : (ANSWERS[control & 0x0f] ?? `answer ${control & 0x0f}`)
}
