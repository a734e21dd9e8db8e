/** The map as a canvas: drag to move, wheel or pinch to come nearer, arrows and + − 0 on the keyboard. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { onTheme } from '../../ui/colour.ts'
import { draw, readInk, sprites } from './map.draw.ts'
import { hostAt, type Plan } from './map.layout.ts'
import { between, type Eye, fit, lookAt, type Size, zoom } from './map.view.ts'

type Props = {
  readonly plan: Plan
  readonly at: string | undefined
  readonly onChoose: (id: string | undefined) => void
  /** Called with the painter's count of frames, for whoever measures. */
  readonly label: string
}

const FLY_MS = 140
const STEP_PX = 60
/** A press that moved less is a click. */
const CLICK_PX = 4

export function MapCanvas({ plan, at, onChoose, label }: Props): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [over, setOver] = useState<string>()
  const state = useRef<{ eye: Eye | undefined; screen: Size; frame: number }>({ eye: undefined, screen: { width: 0, height: 0 }, frame: 0 })
  const scene = useRef({ plan, at, over })
  scene.current = { plan, at, over }
  const paint = useRef<() => void>(() => undefined)
  const ask = useCallback(() => {
    cancelAnimationFrame(state.current.frame)
    state.current.frame = requestAnimationFrame(() => paint.current())
  }, [])

  useEffect(() => {
    const place = canvas.current
    const ctx = place?.getContext('2d')
    if (!place || !ctx) return
    let density = devicePixelRatio
    let ink = readInk()
    let pictures = sprites(ink, density)
    paint.current = () => {
      const { screen } = state.current
      if (screen.width === 0) return
      state.current.eye ??= fit(scene.current.plan, screen)
      ctx.setTransform(density, 0, 0, density, 0, 0)
      draw(ctx, { ...scene.current, eye: state.current.eye, screen }, ink, pictures)
      place.dataset['painted'] = String(Number(place.dataset['painted'] ?? 0) + 1)
    }
    const size = new ResizeObserver(() => {
      density = devicePixelRatio
      state.current.screen = { width: place.clientWidth, height: place.clientHeight }
      place.width = Math.round(place.clientWidth * density)
      place.height = Math.round(place.clientHeight * density)
      paint.current()
    })
    size.observe(place)
    const off = onTheme(() => {
      ink = readInk()
      pictures = sprites(ink, density)
      ask()
    })
    return () => {
      size.disconnect()
      off()
      cancelAnimationFrame(state.current.frame)
    }
  }, [ask])

  useEffect(ask, [plan, at, over, ask])
  useFlight(plan, at, state, ask)
  const hands = useHands(canvas, state, scene, ask, setOver, onChoose)

  return (
    <canvas
      ref={canvas}
      className="map-canvas"
      tabIndex={0}
      role="img"
      aria-label={label}
      {...hands}
      onKeyDown={(event) => {
        const { screen, eye } = state.current
        const next = eye === undefined ? undefined : moved(event, eye, screen, plan)
        if (next === undefined) return
        state.current.eye = next
        ask()
        event.preventDefault()
      }}
    />
  )
}

function moved(event: KeyboardEvent, eye: Eye, screen: Size, plan: Plan): Eye | undefined {
  const middle = { x: screen.width / 2, y: screen.height / 2 }
  const farthest = fit(plan, screen).scale * 0.6
  switch (event.key) {
    case 'ArrowLeft':
      return { ...eye, x: eye.x + STEP_PX }
    case 'ArrowRight':
      return { ...eye, x: eye.x - STEP_PX }
    case 'ArrowUp':
      return { ...eye, y: eye.y + STEP_PX }
    case 'ArrowDown':
      return { ...eye, y: eye.y - STEP_PX }
    case '+':
    case '=':
      return zoom(eye, 1.3, middle, farthest)
    case '-':
      return zoom(eye, 1 / 1.3, middle, farthest)
    case '0':
      return fit(plan, screen)
    default:
      return undefined
  }
}

type State = { readonly current: { eye: Eye | undefined; screen: Size; frame: number } }

/** A new selection flies there, unless it is in view and near already. */
function useFlight(plan: Plan, at: string | undefined, state: State, ask: () => void): void {
  useEffect(() => {
    const host = at === undefined ? undefined : plan.byId.get(at)
    const fly = (): number | undefined => {
      const { screen, eye } = state.current
      if (host === undefined || screen.width === 0) return undefined
      const from = eye ?? fit(plan, screen)
      const [x, y] = [host.x * from.scale + from.x, host.y * from.scale + from.y]
      const isSeen = from.scale >= 0.35 && x > 40 && y > 40 && x < screen.width - 40 && y < screen.height - 40
      if (isSeen) return undefined
      const to = lookAt(host, Math.max(0.8, from.scale), screen)
      const start = performance.now()
      const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
      const step = (now: number): void => {
        const share = isStill ? 1 : Math.min(1, (now - start) / FLY_MS)
        state.current.eye = between(from, to, share)
        ask()
        if (share < 1) requestAnimationFrame(step)
      }
      return requestAnimationFrame(step)
    }
    const frame = requestAnimationFrame(() => fly())
    return () => cancelAnimationFrame(frame)
  }, [plan, at, state, ask])
}

type Live = { readonly current: { readonly plan: Plan } }

function useHands(
  canvas: { readonly current: HTMLCanvasElement | null },
  state: State,
  scene: Live,
  ask: () => void,
  setOver: (id: string | undefined) => void,
  onChoose: (id: string | undefined) => void,
) {
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const travelled = useRef(0)
  // React listens for wheel passively; zooming must keep the page from scrolling.
  useEffect(() => {
    const place = canvas.current
    const turn = (event: WheelEvent): void => {
      const { eye, screen } = state.current
      if (eye === undefined) return
      event.preventDefault()
      const factor = Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016))
      state.current.eye = zoom(eye, factor, { x: event.offsetX, y: event.offsetY }, fit(scene.current.plan, screen).scale * 0.6)
      ask()
    }
    place?.addEventListener('wheel', turn, { passive: false })
    return () => place?.removeEventListener('wheel', turn)
  }, [canvas, state, scene, ask])

  const hostUnder = (event: React.PointerEvent): string | undefined => {
    const { eye } = state.current
    if (eye === undefined) return undefined
    const { offsetX, offsetY } = event.nativeEvent
    return hostAt(scene.current.plan.hosts, (offsetX - eye.x) / eye.scale, (offsetY - eye.y) / eye.scale)?.node.id
  }
  return {
    onPointerDown: (event: React.PointerEvent): void => {
      canvas.current?.setPointerCapture(event.pointerId)
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
      travelled.current = 0
    },
    onPointerMove: (event: React.PointerEvent): void => {
      const before = pointers.current.get(event.pointerId)
      const { eye, screen } = state.current
      if (before === undefined || eye === undefined) return setOver(hostUnder(event))
      const others = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, each]) => each)
      const now = { x: event.clientX, y: event.clientY }
      travelled.current += Math.hypot(now.x - before.x, now.y - before.y)
      const other = others[0]
      if (other === undefined) state.current.eye = { ...eye, x: eye.x + now.x - before.x, y: eye.y + now.y - before.y }
      else {
        const box = canvas.current!.getBoundingClientRect()
        const factor = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y))
        state.current.eye = zoom(
          eye,
          factor,
          { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top },
          fit(scene.current.plan, screen).scale * 0.6,
        )
      }
      pointers.current.set(event.pointerId, now)
      ask()
    },
    onPointerUp: (event: React.PointerEvent): void => {
      pointers.current.delete(event.pointerId)
      if (travelled.current < CLICK_PX) onChoose(hostUnder(event))
    },
    onPointerCancel: (event: React.PointerEvent): void => {
      pointers.current.delete(event.pointerId)
    },
    onPointerLeave: (): void => setOver(undefined),
  }
}
