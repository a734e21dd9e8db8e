/** The stories in which the rules of the content speak, as captures of one observation a packet: is each alert told again by its evidence? */
import { loadContent, withRules } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { vendorOf } from '@isthmus/content/vendors'
import { createIndicators, readIndicators } from '@isthmus/detect'
import { type Asset, type Endpoint, hostOf, type Observation } from '@isthmus/model'
import type { Scan, SliceFrame } from '@isthmus/sensor'
import type { ReplayOptions, SiteOptions } from '@isthmus/site'
import { cutSlice, type Packets } from '../../apps/server/src/evidence/cut.ts'
import { type Params, readScenario } from '../scenario.ts'
import { lookUpIn, requestOf, workOf } from './slices.ts'

const usual = loadContent()
/** As the evidence of scenarios names it. */
const CAPTURE = 'scenario'

export type Told = {
  readonly rules: readonly string[]
  readonly reach: string
  readonly packets: number
  readonly differences: readonly string[]
}

/**
 * Every alert of a story. A week later the same happens once more before the evidence is cut: what the site remembers by then
 * is not what it remembered. `own`: a rule of the site's own.
 */
export async function toldAgain(scenario: string, params: Params = {}, own?: string): Promise<Told[]> {
  const content = own === undefined ? usual : withRules(usual, parseRuleFile('own.yaml', own))
  const replay: ReplayOptions = { rules: content.rules, content, vendorOf }
  const { learningUs, indicators, events } = readScenario(scenario, params)
  const story = events.map(({ observation }) => observation)
  const observations = [...story, ...story.map((observation, i) => later(observation, i + 1 + story.length))]
  const known = createIndicators(readIndicators('scenario', indicators).indicators)
  const options: SiteOptions = { ...replay, site: 'scenario', learningUs, indicators: known, known: castOf(events) }
  const batch = { site: 'scenario', sensor: 'scenario', number: 1, observations }
  const work = await workOf([batch], options)
  const packets = packetsOf(observations)
  const told: Told[] = []
  for (const alert of work.alerts) {
    if (alert.firstAt > story.at(-1)!.at) continue
    const request = { ...requestOf(work, alert, { name: CAPTURE, title: CAPTURE, path: CAPTURE }, learningUs), indicators: known }
    const { manifest, packets: count } = await cutSlice(request, replay, lookUpIn(work), packets)
    told.push({ rules: alert.rules, reach: manifest.reach, packets: count, differences: manifest.checked.differences })
  }
  return told
}

/** The same a week later, as a packet of its own. */
function later(observation: Observation, packet: number): Observation {
  const times = Object.entries(observation).filter(([name, value]) => TIMES.has(name) && typeof value === 'number')
  const evidence = { ...observation.evidence, packets: [packet, packet] as const }
  return { ...observation, ...Object.fromEntries(times.map(([name, at]) => [name, at + WEEK_US])), evidence }
}
const WEEK_US = 7 * 86_400e6
const TIMES: ReadonlySet<string> = new Set(['at', 'first', 'startedAt'])

/** Who is who in a story, by address. */
function castOf(events: ReturnType<typeof readScenario>['events']): (end: Endpoint) => Asset | undefined {
  const hosts = new Map<string, Asset>()
  for (const { observation, ends } of events)
    for (const side of ['client', 'server'] as const) {
      const asset = ends[side]
      if (asset !== undefined) hosts.set(hostOf(observation[side]), asset)
    }
  return (end) => hosts.get(hostOf(end))
}

/** Each observation is a packet of its own, and what the same ends said without a pause is one conversation. */
const PAUSE_US = 60e6
function packetsOf(observations: readonly Observation[]): Packets {
  const size = observations.length + 1
  const at = new Float64Array(size)
  const pair = new Uint32Array(size)
  const flow = new Uint32Array(size)
  const hosts: [string, string][] = []
  const flows = new Map<number, { pair: number; from: number; to: number }>()
  const pairs = new Map<string, number>()
  const conversations = new Map<string, number>()
  for (const [i, o] of observations.entries()) {
    const ends = [hostOf(o.client), hostOf(o.server)].sort() as [string, string]
    const of = numberIn(pairs, ends.join(' '))
    hosts[of] = ends
    const ports = JSON.stringify([ends, o.client.port, o.server.port])
    let conversation = conversations.get(ports)
    if (conversation === undefined || o.at - flows.get(conversation)!.to > PAUSE_US) {
      conversation = flows.size + 1
      conversations.set(ports, conversation)
      flows.set(conversation, { pair: of, from: o.at, to: o.at })
    } else flows.get(conversation)!.to = o.at
    at[i + 1] = o.at
    pair[i + 1] = of
    flow[i + 1] = conversation
  }
  const length = new Uint32Array(size).fill(60)
  const scan: Scan = { packets: size - 1, at, length, pair, flow, inner: new Map(), hosts, flows, turns: [], problems: [] }
  let chosen: readonly number[] = []
  return {
    scan: async () => scan,
    async frames(_, capture, wanted): Promise<SliceFrame[]> {
      chosen = wanted
      return wanted.map((number) => ({ capture, bytes: new Uint8Array(1), at: at[number]!, wireLength: 60, linkType: 1 }))
    },
    *observe() {
      for (const number of chosen) yield [observations[number - 1]!]
    },
  }
}

function numberIn(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key) ?? numbers.size
  numbers.set(key, known)
  return known
}
