/** The program of a controller as it went over the wire: its sections and what was moved of each. */
import type { Evidence, Micros } from './endpoint.ts'
import type { Observation, ProgramContent, ProgramDownloaded, ProgramEdited, ProgramUploaded } from './observation.ts'

/** Who moved a version, and when last. */
export type ProgramMover = {
  /** Address, or MAC where there is none. */
  readonly client: string
  readonly asset: string | undefined
  readonly user: string | undefined
  readonly count: number
  readonly lastAt: Micros
}

/** One content of a section, moved one way, until another came. */
export type ProgramVersion = {
  readonly how: 'loaded' | 'read' | 'edited'
  /** SHA-256 of the section; undefined where it was not seen whole, and of an edit, which is not the section. */
  readonly hash: string | undefined
  /** SHA-256 of the bytes that were kept of it. */
  readonly content: string | undefined
  readonly bytes: number
  readonly count: number
  readonly firstAt: Micros
  readonly lastAt: Micros
  readonly movers: readonly ProgramMover[]
  /** Of the first and of the last time. */
  readonly first: Evidence
  readonly last: Evidence
}

/** One section of a controller's program. */
export type ProgramSection = {
  readonly id: string
  readonly site: string
  /** Address of the controller, or MAC where there is none. */
  readonly server: string
  readonly asset: string | undefined
  readonly protocol: string
  readonly section: string
  readonly sectionType: string
  /** In the order in which they came. */
  readonly versions: readonly ProgramVersion[]
  /** Older versions that are no longer listed. */
  readonly left: number
  readonly firstAt: Micros
  readonly lastAt: Micros
}

/** Bytes to be kept once, whoever moves them again. */
export type KeptContent = ProgramContent & {
  readonly server: string
  readonly at: Micros
}

/** A named range of a content, in bytes. */
export type ContentPart = { readonly name: string; readonly at: number; readonly length: number }

export type ProgramMoved = ProgramDownloaded | ProgramUploaded | ProgramEdited

export function isProgramMoved(o: Observation): o is ProgramMoved {
  return o.kind === 'program.downloaded' || o.kind === 'program.uploaded' || o.kind === 'program.edited'
}

/** The observation as everybody but the keeper of contents sees it. */
export function withoutContent<O extends Observation>(o: O): O {
  if (!isProgramMoved(o) || o.content === undefined) return o
  const { content: _, ...rest } = o
  return rest as O
}
