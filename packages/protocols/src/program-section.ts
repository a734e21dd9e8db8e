/** Program transfer: sections of a program go by, message by message, each under its own name. */
import type { Hash } from './hash/block-hash.ts'
import { newSha256 } from './hash/lent.ts'
import type { Sink } from './protocol.ts'

/** The section that is on its way. */
export type Section = {
  readonly kind: 'program.uploaded' | 'program.downloaded'
  readonly name: string
  readonly type: string
  bytes: number
  readonly hash: Hash
  ok: boolean | undefined
}

/** Takes a part; a section is told once the next begins. */
export function take(
  before: Section | undefined,
  kind: Section['kind'],
  name: string,
  type: string,
  data: Uint8Array,
  ok: boolean | undefined,
  sink: Sink,
): Section {
  let section = before
  if (section === undefined || section.kind !== kind || section.name !== name) {
    if (section !== undefined) tell(section, sink)
    section = { kind, name, type, bytes: 0, hash: newSha256(), ok }
  }
  section.bytes += data.length
  section.hash.update(data)
  if (ok === false) section.ok = false
  return section
}

export function tell(section: Section, sink: Sink): void {
  const hash = section.bytes > 0 ? section.hash.hex() : undefined
  sink.say({
    kind: section.kind,
    section: section.name,
    sectionType: section.type,
    bytes: section.bytes,
    hash,
    user: undefined,
    ok: section.ok,
  })
}
