/**
 * An alert's packets as a file that raises it again. Tried from the narrowest reach to the widest: a slice is played back before it
 * is given out, and says what came of it.
 */
import type { Hit, Indicator, Indicators } from '@isthmus/detect'
import { type Alert, type Finding, hostOf, type Observation } from '@isthmus/model'
import {
  choosePackets,
  filesAgain,
  type Need,
  observeSlice,
  passedBy,
  REACHES,
  type Reach,
  type Room,
  readFrames,
  runsOf,
  type Scan,
  type SliceCapture,
  type SliceFrame,
  scanCapture,
  sliceBytes,
} from '@isthmus/sensor'
import {
  type Basis,
  basisOf,
  createReplay,
  type GroundRow,
  type Held,
  type Kept,
  type Manifest,
  memoryOf,
  type ReplayOptions,
  type Settings,
  type Verdict,
  wantedKeys,
} from '@isthmus/site'

/** A slice is something to send to a colleague. */
export const SLICE_ROOM: Room = { packets: 100_000, bytes: 32e6 }

/** Of a capture that findings point at. */
export type CutCapture = {
  /** As evidence names it. */
  readonly name: string
  readonly title: string
  readonly path: string
  readonly maxUnpacked?: number | undefined
}

export type CutRequest = Kept & {
  readonly settings: Settings
  /** Rules of the site's own, and what is set: for whoever plays the slice back elsewhere. */
  readonly content: Manifest['content']
  /** Known threats that are looked for. */
  readonly indicators: Pick<Indicators, 'match'> | undefined
  /** In the order in which the site took them; those that are still there. */
  readonly captures: readonly CutCapture[]
  readonly room: Room
}

export type Cut = { readonly manifest: Manifest; readonly bytes: Buffer; readonly packets: number }

/** Where the packets of captures are taken from, and what is observed in them. */
export type Packets = {
  scan(capture: CutCapture): Promise<Scan>
  /** @param place of the capture in the slice's list */
  frames(capture: CutCapture, place: number, numbers: readonly number[]): Promise<Iterable<SliceFrame>>
  observe: typeof observeSlice
}

/** What a site's detector remembers, of these rows. */
export type LookUp = (keys: readonly string[], learned: readonly string[]) => Promise<Held>

export async function cutSlice(
  request: CutRequest,
  options: ReplayOptions,
  lookUp: LookUp,
  packets: Packets = packetsOfFiles(request),
): Promise<Cut> {
  const { alert, findings, grounds, captures } = request
  const byFinding = new Map(grounds.map((row) => [row.finding, row]))
  const needs = findings.map((finding) => needOf(finding, byFinding.get(finding.id)))
  const scans = new Map<CutCapture, Scan>()
  for (const capture of captures) scans.set(capture, await packets.scan(capture))
  let best: Attempt | undefined
  let size = -1
  for (const reach of REACHES) {
    const chosen = choose(scans, needs, reach, request.room)
    if (chosen.count === size) continue
    size = chosen.count
    const attempt = await tryOut(request, chosen, options, lookUp, packets)
    if (best === undefined || attempt.verdict.differences.length < best.verdict.differences.length) best = attempt
    // What does not fit narrowly fits no wider.
    if (attempt.verdict.same || chosen.left.packets > 0) break
  }
  const { basis, chosen, frames, verdict } = best!
  const manifest: Manifest = {
    schema: 'isthmus.evidence/1',
    ...basis,
    rules: [...new Map(findings.map(({ rule, ruleVersion }) => [rule, ruleVersion]))].map(([name, version]) => ({ name, version })),
    content: request.content,
    captures: chosen.captures,
    reach: chosen.reach,
    left: chosen.left,
    checked: { same: verdict.same, differences: verdict.differences },
  }
  const names = captures.map(({ title }) => title)
  return { manifest, bytes: sliceBytes(titleOf(alert), manifest, names, frames), packets: frames.length }
}

/** Event time and packet after which a capture holds nothing for the alert. */
export function endOf({ findings }: CutRequest, { name }: CutCapture): { at: number; packet: number } {
  const numbers = findings.flatMap(({ evidence }) => evidence.filter(({ capture }) => capture === name).flatMap(({ packets }) => packets))
  return { at: Math.max(0, ...findings.flatMap(({ first, at }) => [first, at])), packet: Math.max(0, ...numbers) }
}

type Chosen = {
  readonly reach: Reach
  readonly captures: readonly SliceCapture[]
  readonly numbers: readonly (readonly number[])[]
  readonly count: number
  readonly left: Room
}

function choose(scans: ReadonlyMap<CutCapture, Scan>, needs: readonly Need[], reach: Reach, room: Room): Chosen {
  const left = { packets: 0, bytes: 0 }
  let free = room
  const parts = [...scans].map(([{ name, title }, scan]) => {
    const choice = choosePackets(scan, name, needs, reach, free)
    free = { packets: Math.max(0, free.packets - choice.packets.length), bytes: Math.max(0, free.bytes - choice.bytes) }
    left.packets += choice.left.packets
    left.bytes += choice.left.bytes
    const passed = passedBy(scan.turns, choice.packets, scan.at[choice.packets.at(-1) ?? 0]!)
    const capture: SliceCapture = { name, title, packets: runsOf(choice.packets), passed }
    return { capture, numbers: choice.packets }
  })
  return {
    reach,
    captures: parts.map(({ capture }) => capture),
    numbers: parts.map(({ numbers }) => numbers),
    count: parts.reduce((sum, { numbers }) => sum + numbers.length, 0),
    left,
  }
}

type Attempt = { readonly basis: Basis; readonly chosen: Chosen; readonly frames: readonly SliceFrame[]; readonly verdict: Verdict }

async function tryOut(request: CutRequest, chosen: Chosen, options: ReplayOptions, lookUp: LookUp, packets: Packets): Promise<Attempt> {
  const { alert, grounds, settings, indicators, captures } = request
  const frames: SliceFrame[] = []
  for (const [i, numbers] of chosen.numbers.entries()) {
    if (numbers.length > 0) for (const frame of await packets.frames(captures[i]!, i, numbers)) frames.push(frame)
  }
  const bare = basisOf(request, settings)
  const from = frames[0]?.at ?? alert.firstAt
  const shown = new Map<string, Indicator>()
  const watched = indicators && { match: (observation: Observation) => noted(indicators.match(observation), shown) }
  // Without memory everything asked for is put into it: so it is known what to look up.
  const played = (basis: Basis, withOptions: ReplayOptions) => {
    const replay = createReplay(basis, withOptions)
    for (const observations of packets.observe(basis.site, chosen.captures, frames, filesAgain(basis.matched)))
      for (const one of observations) replay.take(one)
    return replay
  }
  const asked = played(bare, { ...options, indicators: watched }).asked()
  const held = await lookUp(wantedKeys(asked), asked.learned)
  const basis = { ...bare, ...memoryOf(asked, held, grounds, from), indicators: [...shown.values()] }
  return { basis, chosen, frames, verdict: played(basis, options).verdict() }
}

function packetsOfFiles(request: CutRequest): Packets {
  return {
    scan: (capture) => scanCapture(capture.path, endOf(request, capture), capture.maxUnpacked),
    frames: ({ path, maxUnpacked }, place, numbers) => readFrames(path, place, numbers, maxUnpacked),
    observe: observeSlice,
  }
}

/** Indicators as a slice carries them: what was found by them, without what else their lists hold. */
function noted(hits: readonly Hit[], shown: Map<string, Indicator>): readonly Hit[] {
  for (const { id, name, source, pattern, level, attack, type, value } of hits) {
    const term = { type: type === 'network' ? ('ip' as const) : type, value }
    shown.set(`${id} ${value}`, {
      id,
      name,
      source,
      pattern,
      level,
      attack,
      validFrom: undefined,
      validUntil: undefined,
      alternatives: [[term]],
    })
  }
  return hits
}

/** Of what did not come, its last coming is shown. */
function needOf({ client, server, first, at, evidence }: Finding, ground: GroundRow | undefined): Need {
  const heard = ground?.first.remembered?.heard ?? []
  // Where the clock was set back, the first of it is later than the last.
  const [from, to] = [Math.min(first, at, ...heard.map(([then]) => then)), Math.max(first, at)]
  return { client: hostOf(client), server: hostOf(server), from, to, evidence }
}

function titleOf({ title, id, firstAt }: Alert): string {
  return `Evidence of alert ${id}, ${new Date(firstAt / 1000).toISOString()}: ${title}. \`isthmus replay\` on this file raises it again.`
}
