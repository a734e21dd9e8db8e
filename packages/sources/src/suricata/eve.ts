/**
 * Suricata's EVE JSON: one event a line, of which `event_type` alert is taken (docs.suricata.io, "Eve JSON Format").
 * The lines are hostile input: what cannot be used is counted by a name, with the first lines it was seen on.
 */
import { addressBytes, addressText, type Level, microsOf } from '@isthmus/model'
import { MAX_LINE } from '../lines.ts'
import type { ReceivedAlert, ReceivedEnd } from '../received.ts'
import { PRIORITY, SIGNATURE_SEVERITY, TRANSPORTS } from './eve.table.ts'

export type Refusal = 'line too long' | 'not JSON' | 'not an event' | 'no time' | 'no addresses' | 'no signature'

export type EveCounts = {
  readonly lines: number
  readonly alerts: number
  /** Events of other types: what Suricata says of flows and protocols we see ourselves. */
  readonly otherEvents: number
  readonly refused: Readonly<Record<string, number>>
  /** The first refusals, by line from 1. */
  readonly examples: readonly { readonly line: number; readonly reason: Refusal }[]
}

export type EveReader = {
  /** One line; undefined where the line was too long to be kept. */
  line(text: string | undefined): ReceivedAlert | undefined
  counts(): EveCounts
}

const MAX_EXAMPLES = 20
const MAX_TEXT = 256
const MAX_TECHNIQUES = 16

type Map = Readonly<Record<string, unknown>>

export function createEveReader(): EveReader {
  let lines = 0
  let alerts = 0
  let otherEvents = 0
  const refused: Record<string, number> = {}
  const examples: { line: number; reason: Refusal }[] = []

  return {
    line(text) {
      lines++
      const read = text === undefined || text.length > MAX_LINE ? 'line too long' : readLine(text)
      if (read === 'other') otherEvents++
      else if (typeof read === 'string') {
        refused[read] = (refused[read] ?? 0) + 1
        if (examples.length < MAX_EXAMPLES) examples.push({ line: lines, reason: read })
      } else if (read !== undefined) {
        alerts++
        return read
      }
      return undefined
    },
    counts: () => ({ lines, alerts, otherEvents, refused: { ...refused }, examples: [...examples] }),
  }
}

/** Undefined for a blank line. */
function readLine(text: string): ReceivedAlert | Refusal | 'other' | undefined {
  if (text.trim() === '') return undefined
  let event: unknown
  try {
    event = JSON.parse(text)
  } catch {
    return 'not JSON'
  }
  if (!isMap(event) || typeof event.event_type !== 'string') return 'not an event'
  if (event.event_type !== 'alert') return 'other'
  return readAlert(event)
}

function readAlert(event: Map): ReceivedAlert | Refusal {
  const alert = isMap(event.alert) ? event.alert : {}
  const title = words(alert.signature)
  const id = whole(alert.signature_id)
  if (title === '' || id === undefined) return 'no signature'
  const at = typeof event.timestamp === 'string' ? microsOf(event.timestamp) : undefined
  if (at === undefined) return 'no time'
  const ends = endsOf(event)
  if (ends === undefined) return 'no addresses'
  const metadata = isMap(alert.metadata) ? alert.metadata : {}
  return {
    product: 'Suricata',
    rule: `${whole(alert.gid) ?? 1}:${id}:${whole(alert.rev) ?? 0}`,
    title,
    category: words(alert.category),
    level: levelOf(metadata, alert.severity),
    attack: techniquesOf(metadata),
    action: words(alert.action),
    at,
    transport: TRANSPORTS[words(event.proto).toLowerCase()] ?? 'ip',
    ...ends,
    protocol: protocolOf(event.app_proto),
    communityId: typeof event.community_id === 'string' ? event.community_id.slice(0, 64) : undefined,
    packet: packetOf(event),
  }
}

type Ends = Pick<ReceivedAlert, 'client' | 'server' | 'directionKnown'>

/** `flow` tells who began; without it `direction` tells whether the packet went to the server; without both nobody knows. */
function endsOf(event: Map): Ends | undefined {
  const [from, to] = [endOf(event, 'src'), endOf(event, 'dest')]
  if (from === undefined || to === undefined) return undefined
  const flow = isMap(event.flow) ? event.flow : {}
  const [began, other] = [endOf(flow, 'src'), endOf(flow, 'dest')]
  const isFlow = began !== undefined && other !== undefined
  if (isFlow) return { client: began, server: other, directionKnown: true }
  if (event.direction === 'to_client') return { client: to, server: from, directionKnown: true }
  return { client: from, server: to, directionKnown: event.direction === 'to_server' }
}

function endOf(map: Map, side: 'src' | 'dest'): ReceivedEnd | undefined {
  const text = map[`${side}_ip`]
  const bytes = typeof text === 'string' && text.length <= 64 ? addressBytes(text) : undefined
  if (bytes === undefined) return undefined
  const port = whole(map[`${side}_port`])
  return { ip: addressText(bytes), port: port !== undefined && port <= 0xffff ? port : undefined }
}

function levelOf(metadata: Map, severity: unknown): Level {
  for (const word of listOf(metadata.signature_severity)) {
    const level = SIGNATURE_SEVERITY[word.toLowerCase()]
    if (level !== undefined) return level
  }
  const priority = whole(severity)
  if (priority === undefined || priority === 0) return 'medium'
  return PRIORITY[priority] ?? 'informational'
}

/** `mitre_technique_id`: a list of ids, or one text; anything that is no id is not a technique. */
function techniquesOf(metadata: Map): readonly string[] {
  const ids = listOf(metadata.mitre_technique_id).flatMap((text) => text.toUpperCase().match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? [])
  return [...new Set(ids)].slice(0, MAX_TECHNIQUES)
}

function listOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value.slice(0, MAX_TECHNIQUES) : [value]
  return list.filter((item) => typeof item === 'string').map((item) => item.slice(0, MAX_TEXT))
}

/** `failed` and `unknown` are Suricata's words for not knowing. */
function protocolOf(value: unknown): string {
  const name = words(value)
  return name === 'failed' || name === 'unknown' ? '' : name
}

/** `pcap_cnt` counts from 1 in the capture that `pcap_filename` names; without the name it is not known in which. */
function packetOf(event: Map): ReceivedAlert['packet'] {
  const number = whole(event.pcap_cnt)
  if (number === undefined || number < 1 || typeof event.pcap_filename !== 'string') return undefined
  const capture = event.pcap_filename.slice(-4096).split(/[\\/]/).at(-1)!
  return capture === '' ? undefined : { capture, number }
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Bounded and on one line: control characters of a hostile signature do not reach a terminal or a page. */
function words(value: unknown): string {
  if (typeof value !== 'string') return ''
  return value
    .slice(0, MAX_TEXT)
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
