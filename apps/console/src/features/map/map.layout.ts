/** Where everything lies on the map: levels as bands, zones as boxes in them, hosts as cells in those. Pure and repeatable. */
import type { MapLink, MapNode, SiteMap } from '../../api/types.ts'
import { levelName, PURDUE } from '../../objects/words.ts'

export type Rect = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type Band = Rect & { readonly level: number | null; readonly name: string; readonly hosts: number }
export type Zone = Rect & {
  readonly id: string
  readonly name: string
  readonly level: number | null
  readonly hosts: number
  readonly alerts: number
}
export type Host = { readonly node: MapNode; readonly zone: Zone; readonly x: number; readonly y: number }
/** Traffic between two zones, or between two hosts near by. */
export type Bundle = { readonly from: Zone; readonly to: Zone; readonly bytes: number; readonly links: number; readonly alerts: number }
export type Edge = { readonly from: Host; readonly to: Host; readonly link: MapLink }
export type Plan = {
  readonly bands: readonly Band[]
  readonly zones: readonly Zone[]
  readonly hosts: readonly Host[]
  readonly byId: ReadonlyMap<string, Host>
  readonly bundles: readonly Bundle[]
  readonly edges: readonly Edge[]
  /** Edges of each host. */
  readonly edgesOf: ReadonlyMap<string, readonly Edge[]>
  readonly width: number
  readonly height: number
}

export const CELL = { width: 96, height: 64 }
const ZONE_PAD = 14
const ZONE_HEAD = 26
const ZONE_GAP = 30
const WIDEST_GAP = 150
const BAND_PAD = 26
const BAND_NAME = 150
/** Width to height of the whole, about that of a screen. */
const ASPECT = 2.4

export function plan(map: SiteMap): Plan {
  const groups = grouped(map.nodes)
  const boxes = groups.map((group) => ({ group, columns: columnsFor(group.nodes.length) }))
  const area = boxes.reduce(
    (sum, { group, columns }) => sum + sizeOf(group.nodes.length, columns).width * (sizeOf(group.nodes.length, columns).height + ZONE_GAP),
    0,
  )
  const widest = Math.max(0, ...boxes.map(({ group, columns }) => sizeOf(group.nodes.length, columns).width))
  const inner = Math.max(widest, Math.sqrt(area * ASPECT), 900)
  const bands: Band[] = []
  const zones: Zone[] = []
  const hosts: Host[] = []
  let top = 0
  for (const level of [...PURDUE.map(([each]) => each as number | null), null]) {
    const here = boxes.filter(({ group }) => group.level === level)
    if (here.length === 0) continue
    let y = top + BAND_PAD
    for (const shelf of shelvesOf(here, inner)) {
      let x = BAND_NAME + (inner - shelf.width - shelf.gap * (shelf.boxes.length - 1)) / 2
      for (const { group, columns } of shelf.boxes) {
        const size = sizeOf(group.nodes.length, columns)
        const alerts = group.nodes.reduce((sum, node) => sum + node.alerts, 0)
        const zone: Zone = { id: `${level}/${group.zone}`, name: group.zone, level, hosts: group.nodes.length, alerts, x, y, ...size }
        zones.push(zone)
        group.nodes.forEach((node, at) => {
          hosts.push({
            node,
            zone,
            x: x + ZONE_PAD + ((at % columns) + 0.5) * CELL.width,
            y: y + ZONE_HEAD + (Math.floor(at / columns) + 0.5) * CELL.height,
          })
        })
        x += size.width + shelf.gap
      }
      y += shelf.height + ZONE_GAP
    }
    const height = y - ZONE_GAP + BAND_PAD - top
    bands.push({
      level,
      name: levelName(level),
      hosts: here.reduce((sum, { group }) => sum + group.nodes.length, 0),
      x: 0,
      y: top,
      width: BAND_NAME + inner + BAND_PAD,
      height,
    })
    top += height
  }
  const byId = new Map(hosts.map((host) => [host.node.id, host]))
  const edges = edgesOf(map.links, byId)
  return {
    bands,
    zones,
    hosts,
    byId,
    edges,
    bundles: bundled(edges),
    edgesOf: byHost(edges),
    width: BAND_NAME + inner + BAND_PAD,
    height: top,
  }
}

type Box = { readonly group: Group; readonly columns: number }
type Shelf = { boxes: Box[]; width: number; height: number; gap: number }

/** Boxes side by side as far as they fit; what room is left is spread between them, so that lines have somewhere to go. */
function shelvesOf(boxes: readonly Box[], inner: number): readonly Shelf[] {
  const shelves: Shelf[] = []
  for (const box of boxes) {
    const size = sizeOf(box.group.nodes.length, box.columns)
    let shelf = shelves.at(-1)
    if (shelf === undefined || shelf.width + ZONE_GAP * shelf.boxes.length + size.width > inner) {
      shelf = { boxes: [], width: 0, height: 0, gap: ZONE_GAP }
      shelves.push(shelf)
    }
    shelf.boxes.push(box)
    shelf.width += size.width
    shelf.height = Math.max(shelf.height, size.height)
  }
  for (const shelf of shelves) shelf.gap = Math.max(ZONE_GAP, Math.min(WIDEST_GAP, (inner - shelf.width) / (shelf.boxes.length + 1)))
  return shelves
}

type Group = { readonly level: number | null; readonly zone: string; readonly nodes: readonly MapNode[] }

/** Levels fall on the named one at or below: 2.5 is drawn with 2. What nobody could place comes last. */
function bandOf(level: number | null): number | null {
  if (level === null) return null
  return PURDUE.map(([each]) => each).find((each) => each <= level) ?? 0
}

function grouped(nodes: readonly MapNode[]): readonly Group[] {
  const groups = new Map<string, { level: number | null; zone: string; nodes: MapNode[] }>()
  for (const node of nodes) {
    const level = bandOf(node.level)
    const zone = node.zone === '' ? 'No zone' : node.zone
    const key = `${level}/${zone}`
    const group = groups.get(key) ?? { level, zone, nodes: [] }
    group.nodes.push(node)
    groups.set(key, group)
  }
  for (const group of groups.values())
    group.nodes.sort((a, b) => a.type.localeCompare(b.type) || a.label.localeCompare(b.label, 'en', { numeric: true }))
  return [...groups.values()].sort((a, b) => b.nodes.length - a.nodes.length || a.zone.localeCompare(b.zone))
}

/** A box about twice as wide as high. */
function columnsFor(hosts: number): number {
  return Math.max(1, Math.min(hosts, Math.ceil(Math.sqrt((hosts * 2 * CELL.height) / CELL.width))))
}

function sizeOf(hosts: number, columns: number): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(2, columns) * CELL.width + ZONE_PAD * 2,
    height: ZONE_HEAD + Math.ceil(hosts / columns) * CELL.height + ZONE_PAD / 2,
  }
}

function edgesOf(links: readonly MapLink[], byId: ReadonlyMap<string, Host>): readonly Edge[] {
  return links.flatMap((link) => {
    const [from, to] = [byId.get(link.client), byId.get(link.server)]
    return from === undefined || to === undefined || from === to ? [] : [{ from, to, link }]
  })
}

function bundled(edges: readonly Edge[]): readonly Bundle[] {
  const bundles = new Map<string, { from: Zone; to: Zone; bytes: number; links: number; alerts: number }>()
  for (const { from, to, link } of edges) {
    if (from.zone === to.zone) continue
    const [a, b] = from.zone.id < to.zone.id ? [from.zone, to.zone] : [to.zone, from.zone]
    const key = `${a.id}|${b.id}`
    const bundle = bundles.get(key) ?? { from: a, to: b, bytes: 0, links: 0, alerts: 0 }
    bundle.bytes += link.bytes
    bundle.links++
    bundle.alerts += link.alerts
    bundles.set(key, bundle)
  }
  return heaviest([...bundles.values()])
}

/** More lines than this are a grey sheet that says nothing; those named by an alert stay first. */
export const MOST_BUNDLES = 160

/** The bundles worth drawing, lightest first, so that the heavy ones and the alerted lie on top. */
function heaviest(bundles: readonly Bundle[]): readonly Bundle[] {
  return bundles
    .toSorted((a, b) => Number(b.alerts > 0) - Number(a.alerts > 0) || b.bytes - a.bytes)
    .slice(0, MOST_BUNDLES)
    .reverse()
}

function byHost(edges: readonly Edge[]): ReadonlyMap<string, readonly Edge[]> {
  const found = new Map<string, Edge[]>()
  for (const edge of edges) {
    for (const host of [edge.from, edge.to]) {
      const list = found.get(host.node.id)
      if (list === undefined) found.set(host.node.id, [edge])
      else list.push(edge)
    }
  }
  return found
}

/** Line width by traffic: a tenfold more is a step more. */
export function widthOf(bytes: number): number {
  return Math.min(5, 0.5 + Math.max(0, Math.log10(1 + bytes) - 2) * 0.7)
}

/** The host under a point of the map, if it is on one. */
export function hostAt(hosts: readonly Host[], x: number, y: number): Host | undefined {
  return hosts.find((host) => Math.abs(host.x - x) <= CELL.width / 2 && Math.abs(host.y - y) <= CELL.height / 2)
}

/** Hosts whose name, address or type begins or holds the text. */
export function find(hosts: readonly Host[], text: string): readonly Host[] {
  const asked = text.trim().toLowerCase()
  if (asked === '') return []
  return hosts.filter(({ node }) => node.label.toLowerCase().includes(asked) || node.ips.some((ip) => ip.startsWith(asked)))
}
