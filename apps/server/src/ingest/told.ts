/** From what a batch did to what live consoles are told. */
import type { SiteChanges } from '@isthmus/site'
import type { Noun } from '../events/notices.ts'

export function toldNouns(changes: SiteChanges): [Noun, string[]][] {
  const all: [Noun, readonly { readonly id: string }[]][] = [
    ['assets', changes.assets],
    ['sessions', changes.sessions],
    ['operations', changes.operations],
    ['tags', changes.tags],
    ['programs', changes.programs],
    ['findings', changes.findings],
    ['alerts', changes.alerts],
    ['incidents', changes.incidents],
    ['authorised-changes', changes.changeUses],
  ]
  const told = all.filter(([, rows]) => rows.length > 0).map(([noun, rows]): [Noun, string[]] => [noun, rows.map((row) => row.id)])
  return changes.coverage.length > 0 ? [...told, ['coverage', []]] : told
}
