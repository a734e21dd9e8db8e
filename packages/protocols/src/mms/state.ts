/** What one association has shown: names of structures and data sets, open questions, transfers on their way. */
import type { Side } from '@isthmus/wire'
import type { PassingFile } from '../mime/passing-file.ts'
import type { MovingBytes } from '../program-section.ts'
import type { Mms } from './mms.ts'
import type { TypeNode } from './names.ts'

/** A file or a domain on its way. */
export type Domain = { readonly name: string; readonly moving: MovingBytes }
export type Transfer = { readonly name: string; readonly file: PassingFile; readonly size: number }

/** The last refusal of a control object: it comes before or after the answer it explains. */
export type Refusal = { readonly object: string; readonly cause: string; readonly at: number }

export type MmsState = {
  readonly types: Map<string, TypeNode>
  /** Components of all types and members of all lists together. */
  named: number
  /** Members of named variable lists. */
  readonly lists: Map<string, readonly string[]>
  /** Unanswered questions of each side, by invoke id. */
  readonly open: { readonly client: Map<number, Mms>; readonly server: Map<number, Mms> }
  readonly files: Map<string, Transfer>
  readonly domains: Map<string, Domain>
  /** Upload state machines by number: their domain. */
  readonly uploads: Map<number, string>
  refusal: Refusal | undefined
  isTase2: boolean
  /** Who has asked to end the association. */
  concluding: Side | undefined
  /** Domains the device has told of. */
  readonly devices: string[]
  /** The domain of the variable told last, with its slash; no name begins with a NUL. */
  lastDevice: string
}

export const MAX_TYPES = 512
export const MAX_LISTS = 512
export const MAX_OPEN = 64
export const MAX_TRANSFERS = 32

export function newState(): MmsState {
  return {
    types: new Map(),
    named: 0,
    lists: new Map(),
    open: { client: new Map(), server: new Map() },
    files: new Map(),
    domains: new Map(),
    uploads: new Map(),
    refusal: undefined,
    isTase2: false,
    concluding: undefined,
    devices: [],
    lastDevice: '\0',
  }
}

/** Names of one association: protects against megabytes of types, again and again. */
const MAX_NAMED = 65_536

/** Keeps a type or a list; where there are too many names, all of the association's are forgotten. */
export function keepNames<V>(state: MmsState, map: Map<string, V>, key: string, value: V, size: number, max: number): void {
  if (state.named + size > MAX_NAMED) {
    state.types.clear()
    state.lists.clear()
    state.named = 0
  }
  if (size > MAX_NAMED) return
  state.named += size
  keep(map, key, value, max)
}

/** Puts an entry into a bounded map: the oldest goes. */
export function keep<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  if (map.size >= max && !map.has(key)) map.delete(map.keys().next().value!)
  map.set(key, value)
}

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client')
