/** What happened to a program in a span of time: how many sections were moved, which of them differ from what was moved before. */
import type { Micros, ProgramSection, ProgramVersion } from '@isthmus/model'

export type SectionChange = {
  readonly section: ProgramSection
  /** What it was before: the last version moved the same way, else the other way. Undefined of an edit: its bytes are not the section. */
  readonly before: ProgramVersion | undefined
  readonly after: ProgramVersion
  /** It had this content once before. */
  readonly isBack: boolean
}
export type MovesAround = {
  /** Sections that were moved or edited. */
  readonly moved: number
  /** Sections seen for the first time. */
  readonly first: number
  /** In the order of their time; a section may have changed more than once. */
  readonly changed: readonly SectionChange[]
}
export type Around = {
  readonly from: Micros
  readonly to: Micros
  /** Addresses of those whose moves count; of everybody where it is absent. */
  readonly clients?: readonly string[] | undefined
}

export function movesAround(sections: Iterable<ProgramSection>, { from, to, clients }: Around): MovesAround {
  let moved = 0
  let first = 0
  const changed: SectionChange[] = []
  for (const section of sections) {
    const isMeant = ({ firstAt, lastAt, movers }: ProgramVersion): boolean =>
      firstAt <= to && lastAt >= from && (clients === undefined || movers.some(({ client }) => clients.includes(client)))
    if (!section.versions.some(isMeant)) continue
    moved++
    const changes = section.versions.flatMap((after, i): SectionChange[] => {
      if (!isMeant(after) || after.firstAt < from) return []
      if (after.how === 'edited') return [{ section, before: undefined, after, isBack: false }]
      const earlier = section.versions.slice(0, i)
      const before = wholeBefore(earlier, after)
      if (before === undefined || after.hash === undefined || before.hash === after.hash) return []
      return [{ section, before, after, isBack: earlier.some(({ hash }) => hash === after.hash) }]
    })
    changed.push(...changes)
    if (changes.length === 0 && section.left === 0 && section.versions[0]!.firstAt >= from) first++
  }
  return { moved, first, changed: changed.sort((a, b) => a.after.firstAt - b.after.firstAt) }
}

function wholeBefore(earlier: readonly ProgramVersion[], after: ProgramVersion): ProgramVersion | undefined {
  const whole = earlier.filter(({ how, hash }) => how !== 'edited' && hash !== undefined)
  const last = whole.at(-1)
  // Who reads out what was loaded just before changed nothing, whatever was read out earlier.
  return last?.hash === after.hash ? last : (whole.findLast(({ how }) => how === after.how) ?? last)
}
