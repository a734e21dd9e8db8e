/** Which properties of which objects a service touches, with their values: one walk for every service that does. */
import { type ObjectId, objectId, type Tag, unsigned } from './tag.ts'

export type Access = {
  readonly object: ObjectId
  readonly property: number
  readonly index: number | undefined
  readonly values: readonly Tag[]
  readonly priority: number | undefined
  readonly hasError: boolean
}

/** Context numbers by role; -1 where a service has no such part. With `list`, properties stand inside that constructed tag. */
type Shape = {
  readonly object: number
  readonly list: number
  readonly property: number
  readonly index: number
  readonly value: number
  readonly error: number
  readonly priority: number
}

/** §15.5, §15.9 */
export const ONE: Shape = { object: 0, list: -1, property: 1, index: 2, value: 3, error: -1, priority: 4 }
/** §15.7 */
export const ASKED_MANY: Shape = { object: 0, list: 1, property: 0, index: 1, value: -1, error: -1, priority: -1 }
export const READ_MANY: Shape = { object: 0, list: 1, property: 2, index: 3, value: 4, error: 5, priority: -1 }
/** §15.10 */
export const WRITTEN_MANY: Shape = { object: 0, list: 1, property: 0, index: 1, value: 2, error: -1, priority: 3 }
/** §13.1 */
export const CHANGED: Shape = { object: 2, list: 4, property: 0, index: 1, value: 2, error: -1, priority: -1 }
/** §13.15: objects one after another, each with a list of its properties. */
export const CHANGED_MANY: Shape = { object: 0, list: 1, property: 0, index: 1, value: 2, error: -1, priority: -1 }
/** §15.8 */
export const RANGE: Shape = { object: 0, list: -1, property: 1, index: 2, value: -1, error: -1, priority: -1 }

type Draft = { property: number; index: number | undefined; values: readonly Tag[]; priority: number | undefined; hasError: boolean }

/** The tags within the constructed tag of this number, of the outermost level. */
export function within(tags: readonly Tag[], number: number): readonly Tag[] {
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i]!
    if (tag.kind !== 'open') continue
    const end = closing(tags, i)
    if (tag.number === number) return tags.slice(i + 1, end)
    i = end
  }
  return []
}

export function accessesOf(tags: readonly Tag[], shape: Shape): Access[] {
  const found: Access[] = []
  const base = shape.list >= 0 ? 1 : 0
  let object: ObjectId | undefined
  let draft: Draft | undefined
  let depth = 0
  const flush = (): void => {
    if (object !== undefined && draft !== undefined) found.push({ object, ...draft })
    draft = undefined
  }
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i]!
    if (tag.kind === 'close') {
      flush()
      depth = 0
    } else if (tag.kind === 'open') {
      if (depth === 0 && tag.number === shape.list) {
        depth = 1
        continue
      }
      const end = closing(tags, i)
      if (depth === base && draft !== undefined) {
        if (tag.number === shape.value) draft.values = tags.slice(i + 1, end)
        else if (tag.number === shape.error) draft.hasError = true
      }
      i = end
    } else if (tag.isContext) {
      if (depth === 0 && tag.number === shape.object) {
        flush()
        object = objectId(tag.data)
      } else if (depth === base) draft = take(draft, tag, shape, flush)
    }
  }
  flush()
  return found
}

function take(draft: Draft | undefined, tag: Tag, shape: Shape, flush: () => void): Draft | undefined {
  if (tag.number === shape.property) {
    flush()
    return { property: unsigned(tag.data), index: undefined, values: [], priority: undefined, hasError: false }
  }
  if (draft !== undefined && tag.number === shape.index) draft.index = unsigned(tag.data)
  if (draft !== undefined && tag.number === shape.priority) draft.priority = unsigned(tag.data)
  return draft
}

/** The closing tag of the opening one at `from`, or the end. */
function closing(tags: readonly Tag[], from: number): number {
  let depth = 0
  for (let i = from; i < tags.length; i++) {
    const { kind } = tags[i]!
    if (kind === 'open') depth++
    else if (kind === 'close' && --depth === 0) return i
  }
  return tags.length
}
