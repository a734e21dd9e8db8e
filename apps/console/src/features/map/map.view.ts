/** The window onto the map: where it looks and how near. Pure. */
import type { Rect } from './map.layout.ts'

/** Screen = world × scale + offset. */
export type Eye = { readonly x: number; readonly y: number; readonly scale: number }
export type Size = { readonly width: number; readonly height: number }

const NEAREST = 1.8

export function fit(world: Size, screen: Size, margin = 16): Eye {
  const scale = Math.min(
    (screen.width - margin * 2) / Math.max(1, world.width),
    (screen.height - margin * 2) / Math.max(1, world.height),
    1.4,
  )
  const safe = scale > 0 ? scale : 0.1
  return { scale: safe, x: (screen.width - world.width * safe) / 2, y: Math.max(margin, (screen.height - world.height * safe) / 2) }
}

/** Nearer or farther around a point of the screen, which stays under the pointer. */
export function zoom(eye: Eye, factor: number, at: { readonly x: number; readonly y: number }, farthest: number): Eye {
  const scale = Math.min(NEAREST, Math.max(farthest, eye.scale * factor))
  const ratio = scale / eye.scale
  return { scale, x: at.x - (at.x - eye.x) * ratio, y: at.y - (at.y - eye.y) * ratio }
}

export function lookAt(point: { readonly x: number; readonly y: number }, scale: number, screen: Size): Eye {
  return { scale, x: screen.width / 2 - point.x * scale, y: screen.height / 2 - point.y * scale }
}

export function between(a: Eye, b: Eye, share: number): Eye {
  const ease = share * (2 - share)
  const mix = (from: number, to: number): number => from + (to - from) * ease
  return { x: mix(a.x, b.x), y: mix(a.y, b.y), scale: mix(a.scale, b.scale) }
}

/** What of the world is on the screen. */
export function visible(eye: Eye, screen: Size): Rect {
  return { x: -eye.x / eye.scale, y: -eye.y / eye.scale, width: screen.width / eye.scale, height: screen.height / eye.scale }
}

export function meets(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** How much is drawn: dots and zone counts far out, glyphs, then names. */
export type Detail = 'dots' | 'glyphs' | 'names'

export function detailAt(scale: number): Detail {
  return scale < 0.38 ? 'dots' : scale < 0.58 ? 'glyphs' : 'names'
}
