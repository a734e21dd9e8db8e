/** The changes of a section, oldest first: each version with the one before it. */
import type { ProgramSection } from '@isthmus/model'
import { movesAround, type SectionChange } from '@isthmus/track'

export function changesOf(section: ProgramSection): readonly SectionChange[] {
  return section.versions.flatMap((version, i) => {
    const until = { ...section, versions: section.versions.slice(0, i + 1) }
    return movesAround([until], { from: version.firstAt, to: version.firstAt }).changed.filter(({ after }) => after === version)
  })
}
