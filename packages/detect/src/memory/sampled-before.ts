/** What `implausible` remembers of a group, as it was before it spoke: one more value lets the same sample be judged again. */
import { before } from '../process/process-model.ts'
import type { StateRow } from '../state.ts'
import { GATHERED, type Gathering, type Groups, type ImplausibleSpec } from './implausible.ts'

type Row = readonly [key: string, row: StateRow]

export function sampledBefore({ now, models }: Groups, group: string, { everyUs }: ImplausibleSpec): Row[] {
  const model = models.peek(group)
  if (model === undefined) return []
  const { at, values, tags } = model
  const interval = Math.round(at / everyUs) - 1
  const next: Gathering = { tags: [...tags], values: [...values], interval, intervals: GATHERED, since: interval }
  return [
    ...now.rowOf(group).map(([key]) => alone(key, group, next)),
    ...models.rowOf(group).map(([key]) => alone(key, group, before(model))),
  ]
}

function alone(key: string, group: string, value: unknown): Row {
  return [key, { kind: 'slot', entries: [[group, value]] }]
}
