/** Paints a plan onto a canvas. Five thousand hosts stay fluid because a host is one picture copied, and only what is in view is painted. */
import type { AssetType } from '../../api/types.ts'
import { GLYPHS } from '../../objects/glyph.table.ts'
import { palette } from '../../ui/colour.ts'
import { count } from '../../ui/format.ts'
import { CELL, type Edge, type Host, MOST_BUNDLES, type Plan, widthOf, type Zone } from './map.layout.ts'
import { type Detail, detailAt, type Eye, meets, type Size, visible } from './map.view.ts'

export type Ink = ReturnType<typeof readInk>
export type Scene = {
  readonly plan: Plan
  readonly eye: Eye
  readonly screen: Size
  readonly at: string | undefined
  readonly over: string | undefined
}

const GLYPH_PX = 26
/** Pictures are made for the nearest look. */
const SHARP = 1.8
/** Near enough to follow single lines; farther out bundles say more. */
const MOST_LINES = 700

export function readInk() {
  return palette(
    'ground',
    'surface',
    'sunken',
    'raised',
    'line',
    'line-strong',
    'control',
    'text',
    'text-2',
    'text-3',
    'accent',
    'accent-ground',
    'mark-high',
  )
}

type Sprites = ReadonlyMap<string, HTMLCanvasElement>

/** Each glyph once, at the screen's density. */
export function sprites(ink: Ink, density: number): Sprites {
  const made = new Map<string, HTMLCanvasElement>()
  for (const type of Object.keys(GLYPHS) as AssetType[]) {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = GLYPH_PX * density * SHARP
    const ctx = canvas.getContext('2d')!
    ctx.scale((GLYPH_PX * density * SHARP) / 24, (GLYPH_PX * density * SHARP) / 24)
    ctx.strokeStyle = ink['text-2']
    ctx.lineWidth = 1.5
    ctx.lineCap = 'round'
    ctx.lineJoin = 'round'
    ctx.stroke(new Path2D(GLYPHS[type]))
    made.set(type, canvas)
  }
  return made
}

export function draw(ctx: CanvasRenderingContext2D, scene: Scene, ink: Ink, pictures: Sprites): void {
  const { plan, eye, screen } = scene
  const view = visible(eye, screen)
  const detail = detailAt(eye.scale)
  ctx.imageSmoothingQuality = 'high'
  ctx.fillStyle = ink.ground
  ctx.fillRect(0, 0, screen.width, screen.height)
  ctx.save()
  ctx.translate(eye.x, eye.y)
  ctx.scale(eye.scale, eye.scale)
  plan.bands.forEach((band, at) => {
    ctx.fillStyle = at % 2 === 0 ? ink.sunken : ink.ground
    ctx.fillRect(Math.min(band.x, view.x), band.y, Math.max(band.width, view.width + Math.abs(view.x)), band.height)
  })
  const zones = plan.zones.filter((zone) => meets(zone, view))
  // Bundles pass behind the boxes: what is read stays in front of what connects it.
  if (detail !== 'names' || plan.bundles.length < MOST_BUNDLES) bundles(ctx, plan, ink, eye.scale)
  for (const zone of zones) box(ctx, zone, ink, eye.scale)
  const hosts = plan.hosts.filter((host) => meets({ x: host.x - 48, y: host.y - 32, width: 96, height: 64 }, view))
  lines(ctx, scene, hosts, ink)
  for (const host of hosts) drawHost(ctx, host, detail, scene, ink, pictures)
  ctx.restore()
  if (detail === 'names') for (const host of hosts) hostName(ctx, host, scene, ink)
  for (const zone of zones) zoneName(ctx, zone, scene, ink)
  bandNames(ctx, scene, ink)
}

function box(ctx: CanvasRenderingContext2D, zone: Zone, ink: Ink, scale: number): void {
  ctx.beginPath()
  ctx.roundRect(zone.x, zone.y, zone.width, zone.height, 8)
  ctx.fillStyle = ink.surface
  ctx.fill()
  ctx.lineWidth = 1 / scale
  ctx.strokeStyle = ink['line-strong']
  ctx.stroke()
}

/** Lines leave a zone at its middle and meet in a bow, so that bundles of one pair lie together. */
function bundles(ctx: CanvasRenderingContext2D, plan: Plan, ink: Ink, scale: number): void {
  for (const bundle of plan.bundles) {
    ctx.globalAlpha = bundle.alerts > 0 ? 0.7 : plan.bundles.length < MOST_BUNDLES ? 0.45 : 0.25
    const [a, b] = [middle(bundle.from), middle(bundle.to)]
    ctx.beginPath()
    ctx.moveTo(a.x, a.y)
    const bow = (b.y - a.y) / 2
    if (Math.abs(bow) < 20) ctx.quadraticCurveTo((a.x + b.x) / 2, a.y - Math.abs(b.x - a.x) * 0.12, b.x, b.y)
    else ctx.bezierCurveTo(a.x, a.y + bow, b.x, b.y - bow, b.x, b.y)
    ctx.lineWidth = widthOf(bundle.bytes) / scale
    ctx.strokeStyle = bundle.alerts > 0 ? ink['mark-high'] : ink.control
    ctx.stroke()
  }
  ctx.globalAlpha = 1
}

const middle = (zone: Zone): { x: number; y: number } => ({ x: zone.x + zone.width / 2, y: zone.y + zone.height / 2 })

/** Single links: those of the chosen host always; near by, all that touch what is in view. */
function lines(ctx: CanvasRenderingContext2D, { plan, eye, at, over }: Scene, shown: readonly Host[], ink: Ink): void {
  if (detailAt(eye.scale) === 'names') {
    ctx.globalAlpha = at === undefined && over === undefined ? 0.3 : 0.1
    let drawn = 0
    const seen = new Set<Edge>()
    for (const host of shown) {
      for (const edge of plan.edgesOf.get(host.node.id) ?? []) {
        if (seen.has(edge) || drawn > MOST_LINES) continue
        seen.add(edge)
        drawn++
        line(ctx, edge, edge.link.alerts > 0 ? ink['mark-high'] : ink.control, widthOf(edge.link.bytes) / 2 / eye.scale)
      }
    }
    ctx.globalAlpha = 1
  }
  for (const id of new Set([at, over])) {
    if (id === undefined) continue
    for (const edge of plan.edgesOf.get(id) ?? [])
      line(ctx, edge, edge.link.alerts > 0 ? ink['mark-high'] : ink.accent, Math.max(1, widthOf(edge.link.bytes) / 2) / eye.scale)
  }
}

function line(ctx: CanvasRenderingContext2D, { from, to }: Edge, style: string, width: number): void {
  ctx.beginPath()
  ctx.moveTo(from.x, from.y)
  const bow = (to.y - from.y) / 2
  if (Math.abs(bow) < 40) ctx.quadraticCurveTo((from.x + to.x) / 2, from.y - 40, to.x, to.y)
  else ctx.bezierCurveTo(from.x, from.y + bow, to.x, to.y - bow, to.x, to.y)
  ctx.strokeStyle = style
  ctx.lineWidth = width
  ctx.stroke()
}

function drawHost(ctx: CanvasRenderingContext2D, host: Host, detail: Detail, { at, over, eye }: Scene, ink: Ink, pictures: Sprites): void {
  const { node, x, y } = host
  const isAt = node.id === at
  if (detail === 'dots') {
    const size = Math.min(26, Math.max(12, 5 / eye.scale))
    ctx.fillStyle = isAt ? ink.accent : node.alerts > 0 ? ink['mark-high'] : ink['text-3']
    ctx.fillRect(x - size / 2, y - size / 2, size, size)
    if (isAt) ring(ctx, x, y, size * 1.6, ink.accent, 2 / eye.scale)
    return
  }
  const middleY = detail === 'names' ? y - 8 : y
  ctx.fillStyle = isAt || node.id === over ? ink['accent-ground'] : ink.surface
  ctx.beginPath()
  ctx.arc(x, middleY, 18, 0, Math.PI * 2)
  ctx.fill()
  if (node.alerts > 0) ring(ctx, x, middleY, 18, ink['mark-high'], 2.2)
  if (isAt) ring(ctx, x, middleY, node.alerts > 0 ? 21 : 18, ink.accent, 2.2)
  ctx.drawImage(pictures.get(node.type) ?? pictures.get('unknown')!, x - GLYPH_PX / 2, middleY - GLYPH_PX / 2, GLYPH_PX, GLYPH_PX)
}

/** Names keep their size on the screen and give way to their neighbours. */
function hostName(ctx: CanvasRenderingContext2D, { node, x, y }: Host, { eye }: Scene, ink: Ink): void {
  const most = Math.floor((CELL.width * eye.scale) / 5.6)
  ctx.fillStyle = ink.text
  ctx.font = '10.5px Inter, system-ui, sans-serif'
  ctx.textAlign = 'center'
  ctx.fillText(cut(shortName(node.label), most), x * eye.scale + eye.x, (y + 14) * eye.scale + eye.y + 9)
}

/** The host of a full name; addresses stay whole. */
function shortName(label: string): string {
  return /^[\d.]+$/.test(label) || label.includes(':') ? label : (label.split('.')[0] ?? label)
}

function ring(ctx: CanvasRenderingContext2D, x: number, y: number, radius: number, style: string, width: number): void {
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, Math.PI * 2)
  ctx.strokeStyle = style
  ctx.lineWidth = width
  ctx.stroke()
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** Zone names keep their size on the screen, and carry the count. */
function zoneName(ctx: CanvasRenderingContext2D, zone: Zone, { eye }: Scene, ink: Ink): void {
  const room = zone.width * eye.scale - 14
  if (room < 24) return
  const [x, y] = [zone.x * eye.scale + eye.x + 7, zone.y * eye.scale + eye.y + Math.max(3, (26 * eye.scale - 11) / 2) + 9]
  const hosts = count(zone.hosts)
  ctx.textAlign = 'left'
  ctx.font = '500 11px Inter, system-ui, sans-serif'
  const nameRoom = room - hosts.length * 7 - 8
  const isAbove = 26 * eye.scale < 14
  const top = isAbove ? zone.y * eye.scale + eye.y - 4 : y
  if (isAbove) {
    ctx.fillStyle = ink.ground
    ctx.globalAlpha = 0.8
    ctx.fillRect(x - 7, top - 10, room + 14, 13)
    ctx.globalAlpha = 1
  }
  ctx.fillStyle = ink['text-2']
  if (nameRoom > 20) ctx.fillText(cut(zone.name, Math.floor(nameRoom / 6)), x - (isAbove ? 6 : 0), top)
  ctx.fillStyle = ink['text-3']
  ctx.textAlign = 'right'
  ctx.fillText(hosts, x + room, top)
}

/** Band names stay on the left edge while their band is in view. */
function bandNames(ctx: CanvasRenderingContext2D, { plan, eye, screen }: Scene, ink: Ink): void {
  ctx.textAlign = 'left'
  for (const band of plan.bands) {
    const top = band.y * eye.scale + eye.y
    const bottom = top + band.height * eye.scale
    if (bottom < 0 || top > screen.height) continue
    const y = Math.min(Math.max(top + 18, 20), bottom - 20)
    ctx.font = '600 12px Inter, system-ui, sans-serif'
    const wide = Math.max(ctx.measureText(band.name).width, 60)
    ctx.globalAlpha = 0.9
    ctx.fillStyle = ink.ground
    ctx.fillRect(0, y - 14, wide + 24, bottom - top > 44 ? 34 : 19)
    ctx.globalAlpha = 1
    ctx.fillStyle = ink.text
    ctx.fillText(band.name, 12, y)
    if (bottom - top <= 44) continue
    ctx.font = '11px Inter, system-ui, sans-serif'
    ctx.fillStyle = ink['text-3']
    ctx.fillText(`${count(band.hosts)} hosts`, 12, y + 15)
  }
}
