/** What happened to a program in a span of time: how many sections were moved, which of them differ from what was moved before. */
import type { Micros, ProgramSection, ProgramVersion } from '@isthmus/model'

export type SectionChange = {
  readonly section: ProgramSection
  /** What it was before: the last version moved the same way, else the other way. Undefined of an edit: its bytes are not the section. */
  readonly before: ProgramVersion | undefined
  readonly after: ProgramVersion
}
export type MovesAround = {
  /** Sections that were moved or edited. */
  readonly moved: number
  /** Sections seen for the first time. */
  readonly first: number
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
      if (after.how === 'edited') return [{ section, before: undefined, after }]
      const before = wholeBefore(section.versions.slice(0, i), after)
      return before === undefined || after.hash === undefined || before.hash === after.hash ? [] : [{ section, before, after }]
    })
    // What was put in and taken back within the span is two changes; the last says how it stands.
    const last = changes.at(-1)
    if (last !== undefined) changed.push(last)
    else if (section.left === 0 && section.versions[0]!.firstAt >= from) first++
  }
  return { moved, first, changed }
}

function wholeBefore(earlier: readonly ProgramVersion[], after: ProgramVersion): ProgramVersion | undefined {
  const whole = earlier.filter(({ how, hash }) => how !== 'edited' && hash !== undefined)
  return whole.findLast(({ how }) => how === after.how) ?? whole.at(-1)
}
