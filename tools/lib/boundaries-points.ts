/**
 * Stories for the thresholds of `unheeded` and `disagreeing`, of the tags and hosts of a rule's own test: each reaches one threshold
 * just not, just, or goes beyond, and is well within the others.
 */
import type { Micros, Observation } from '@isthmus/model'
import type { Scenario } from '../scenario.ts'

type Event = Scenario['events'][number]
type Numbers = Readonly<Record<string, number>>

const SECOND: Micros = 1e6
const HOUR: Micros = 3600e6
/** The range in which values are told, the difference that is none of tolerance, and its edge. */
const RANGE = 100
const FAR = 30
const EDGE = 0.01

/** `limits`: the thresholds in force, times in seconds. `by`: -1, 0 or 1 beyond the one that is tried. */
export function pointStory(told: Scenario, limits: Numbers, key: string, by: number): Scenario {
  const far = key === 'tolerance' ? limits.tolerance! * RANGE + by * EDGE : FAR
  const asked = { ...limits, [key]: limits[key]! + by }
  return limits.settle === undefined ? disagreeing(told, asked, key, far) : unheeded(told, asked, key, far)
}

function unheeded(told: Scenario, asked: Numbers, key: string, far: number): Scenario {
  const [write, read] = (['process.write', 'process.read'] as const).map(
    (kind) => told.events.find((one) => one.observation.kind === kind)!,
  )
  const story = new Story(told)
  const settled = 2 * asked.settle! * SECOND
  const takes = (value: number) => {
    story.tell(write!, 0, value)
    story.tell(read!, SECOND, value)
    story.tell(read!, settled, value)
  }
  // The first is written to a tag of which nothing is known yet; the last stands in the middle.
  takes(RANGE)
  for (let i = 1; i < asked.times!; i++) takes(i % 2 === 0 ? RANGE : 0)
  takes(RANGE / 2)
  story.tell(write!, 0, RANGE / 2 + far)
  const reads = key === 'reads' ? asked.reads! : 2 * asked.reads!
  for (let i = 0; i < reads; i++) story.tell(read!, i > 0 ? 0 : key === 'settle' ? asked.settle! * SECOND : settled, RANGE / 2)
  return story.made()
}

function disagreeing(told: Scenario, asked: Numbers, key: string, far: number): Scenario {
  const [one] = told.events as [Event]
  const ends = ({ observation: { client, server } }: Event) => `${client.ip} ${server.ip}`
  const other = told.events.find((event) => ends(event) !== ends(one))!
  const story = new Story(told)
  const values = key === 'values' ? asked.values! : asked.values! + 1
  // Of a tag that one alone tells of, the values are not kept.
  for (let i = 0; i < values; i++) for (const who of [one, other, one]) story.tell(who, SECOND, (RANGE * i) / Math.max(values - 1, 1))
  story.tell(other, SECOND, RANGE - far)
  const turns = key === 'rounds' ? asked.rounds! : 2 * asked.rounds!
  const still = (key === 'still' ? asked.still! : 2 * asked.still!) * SECOND
  // Both stand from here to the last turn but one.
  for (let turn = 1; turn <= turns; turn++)
    story.tell(turn % 2 === 1 ? one : other, turn === turns - 1 ? still - turn + 1 : 1, turn % 2 === 1 ? RANGE : RANGE - far)
  return story.made()
}

/** Begins when the site has learnt. */
class Story {
  readonly #told: Scenario
  readonly #events: Event[] = []
  #at: Micros

  constructor(told: Scenario) {
    this.#told = told
    const [{ observation, ends }] = told.events as [Event]
    this.#events.push({ ends, observation: { ...observation, tag: 'another' } as Observation })
    this.#at = observation.at + told.learningUs + HOUR
  }

  /** So long after what was told before. */
  tell({ observation, ends }: Event, after: Micros, value: number): void {
    this.#at += after
    this.#events.push({ ends, observation: { ...observation, at: this.#at, first: this.#at, value } as Observation })
  }

  made(): Scenario {
    return { ...this.#told, events: this.#events }
  }
}
