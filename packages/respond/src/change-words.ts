/** Authorised changes in words. */
import { type AuthorisedChange, type ChangeKind, derivedId } from '@isthmus/model'

/** The rule of findings that tell of an exceeded change: none of the content, raised by the guard. */
export const EXCEEDED_RULE = 'authorised-change-exceeded'
export const EXCEEDED_TITLE = 'Authorised change exceeded'
/** Another number whenever the guard judges otherwise. */
export const EXCEEDED_VERSION = derivedId('v', EXCEEDED_RULE, 1)

export const KIND_WORDS: Readonly<Record<ChangeKind, string>> = {
  'work-order': 'work order',
  'maintenance-window': 'maintenance window',
  'remote-session': 'remote session',
}

/** `Work order WO-17 (Replace the dosing logic)`. */
export function showChange({ kind, reference, title }: Pick<AuthorisedChange, 'kind' | 'reference' | 'title'>): string {
  const words = `${KIND_WORDS[kind]} ${reference}`
  return title === '' || title === reference ? words : `${words} (${title})`
}
