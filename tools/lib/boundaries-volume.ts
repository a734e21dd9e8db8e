/** Where the limits of `above_usual` lie: what was learnt and the last that comes are put so that one threshold alone decides. */
import type { Threshold } from '@isthmus/detect'
import type { Observation } from '@isthmus/model'
import { readScenario, type Scenario } from '../scenario.ts'
import type { Boundary, Family } from './boundaries.ts'

type Event = Scenario['events'][number]
type Limits = { readonly field: string; readonly factor: number; readonly least: number }

/** Of `factor` and `least`. */
export function volumeBoundaries({ firing, docs, matchers, fires }: Family, { rule, key }: Threshold): Boundary[] {
  const [told] = firing as [Family['firing'][number]]
  const story = readScenario(told.scenario, told.with)
  const limits = docs.get(rule)!.above_usual as Limits
  const { matches } = matchers.get(rule)!
  const isSpokenOf = ({ observation, ends }: Event) =>
    observation.kind === 'session.updated' && matches({ observation, ...ends, learnedAt: 0 })
  const spokenOf = new Set(story.events.filter(isSpokenOf))
  const name = key as 'factor' | 'least'
  return [limits[name], 2 * limits[name]].map((value) => ({
    value,
    fired: [-1, 0, 1].map((by) => fires(storyOf(story, spokenOf, { ...limits, [name]: value }, name, by), { [rule]: { [key]: value } })),
    wanted: [false, false, true],
  }))
}

/** The last event that the rule speaks of carries `by` more than is allowed, all others as much as makes `key` the limit. */
function storyOf(
  story: Scenario,
  spokenOf: ReadonlySet<Event>,
  { field, factor, least }: Limits,
  key: 'factor' | 'least',
  by: number,
): Scenario {
  const usual = key === 'factor' ? least : Math.floor(least / factor / 10)
  const last = story.events.findLast((event) => spokenOf.has(event))
  const most = key === 'factor' ? factor * usual : least
  const events = story.events.map((event) => (spokenOf.has(event) ? carrying(event, field, event === last ? most + by : usual) : event))
  return { ...story, events }
}

function carrying({ observation, ends }: Event, field: string, value: number): Event {
  const name = field.split('.')[1]!
  const { delta } = observation as Extract<Observation, { kind: 'session.updated' }>
  return { ends, observation: { ...observation, delta: { ...delta, [name]: value } } as Observation }
}
