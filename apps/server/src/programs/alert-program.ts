/** What happened to a controller's program around an alert: of how many sections which changed, and what differs in them. */
import { type Alert, hostOf, type ProgramVersion } from '@isthmus/model'
import { contentParts } from '@isthmus/protocols'
import { diffContents, movesAround, type SectionChange, sayDiff } from '@isthmus/track'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { findContents, programsOf } from './programs.store.ts'
import type { AlertProgram } from './programs.wire.ts'

/** Before the alert's first and after its last finding: a project is loaded section by section. */
const AROUND_US = 10 * 60e6
/** Sections that are told, and compared; bytes compared in all. */
const MAX_CHANGED = 100
const MAX_COMPARED = 10
const MAX_BYTES = 2 << 20
const MAX_NAMES = 3

export async function programOf(tx: Tx, alert: Alert): Promise<z.output<typeof AlertProgram>> {
  const { site, firstAt, lastAt } = alert
  const [from, to] = [firstAt - AROUND_US, lastAt + AROUND_US]
  const sections = await programsOf(tx, site, hostOf(alert.server), from, to)
  const { moved, first, changed } = movesAround(sections, { from, to, clients: [hostOf(alert.client)] })
  let bytes = 0
  const told = []
  for (const [i, change] of changed.slice(0, MAX_CHANGED).entries()) {
    bytes += change.after.bytes + (change.before?.bytes ?? 0)
    const isCompared = i < MAX_COMPARED && bytes <= MAX_BYTES
    told.push(tell(change, isCompared ? await difference(tx, site, change) : null))
  }
  return { says: say(moved, first, changed, told[0]?.differs ?? null), moved, first, changed: told }
}

function tell({ section, before, after, isBack }: SectionChange, differs: string | null) {
  const { id, section: name, sectionType } = section
  const contents = { before: before?.content ?? null, after: after.content ?? null }
  const { how, bytes, firstAt: at } = after
  return { program: id, section: name, sectionType, at, how, beforeHow: before?.how ?? null, ...contents, bytes, isBack, differs }
}

async function difference(tx: Tx, site: string, { section, before, after }: SectionChange): Promise<string | null> {
  const wanted = [before, after].flatMap((version: ProgramVersion | undefined) => version?.content ?? [])
  const contents = await findContents(tx, site, wanted)
  const [old, now] = [contents.get(before?.content ?? ''), contents.get(after.content ?? '')]
  if (old === undefined || now === undefined) return null
  return sayDiff(diffContents(old, now, (content) => contentParts(section.protocol, content)))
}

function say(moved: number, first: number, changed: readonly SectionChange[], differs: string | null): string {
  if (moved === 0) return ''
  const all = `${moved} section${moved === 1 ? '' : 's'}`
  if (changed.length === 0) return first === moved ? `${all} moved, none of which was seen before.` : `${all} moved, none of which changed.`
  const names = [...new Set(changed.map(({ section }) => section.section))]
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : ''
  const times = names.length === 1 && changed.length > 1 ? ` ${changed.length} times, at first` : ''
  const what = names.length === 1 && differs !== null ? `,${times} ${differs}` : ''
  return `${names.length} of ${all} changed: ${names.slice(0, MAX_NAMES).join(', ')}${more}${what}.`
}
