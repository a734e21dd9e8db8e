/** What was typed and not saved, for as long as the tab is open: leaving a page, a new version of the rule or a sign-in loses none of it. */

/** `over`: the version that the text was written over; 0 for a rule that is not kept yet. */
export type Draft = { readonly text: string; readonly over: number }

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export type Drafts = {
  of(rule: string): Draft | undefined
  keep(rule: string, draft: Draft): void
  forget(rule: string): void
}

export function createDrafts(storage: Store): Drafts {
  const keyOf = (rule: string) => `isthmus.rule-draft.${rule}`
  return {
    of: (rule) => {
      try {
        const { text, over } = JSON.parse(storage.getItem(keyOf(rule)) ?? '{}') as Partial<Draft>
        return typeof text === 'string' && typeof over === 'number' ? { text, over } : undefined
      } catch {
        return undefined
      }
    },
    keep: (rule, draft) => {
      try {
        storage.setItem(keyOf(rule), JSON.stringify(draft))
      } catch {
        // A full or forbidden storage: the browser still asks before the tab is closed.
      }
    },
    forget: (rule) => storage.removeItem(keyOf(rule)),
  }
}

export function draftWords({ over }: Draft, number: number): string {
  return over === number
    ? 'This is what you wrote here and have not saved.'
    : `This is what you wrote and have not saved, over version ${over}; version ${number} is kept since: saving yours replaces it.`
}
