/** Server-sent events: each notice names what changed; the queries of that noun are asked again after a pause. */
import { useSyncExternalStore } from 'react'
import { queryClient, refresh } from './query.ts'
import { url } from './request.ts'

export type LiveState = 'connecting' | 'live' | 'lost'

/** Nouns whose pages also show parts of other nouns. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  alerts: ['overview', 'map'],
  incidents: ['overview'],
  assets: ['overview', 'map'],
  rules: ['detection-settings'],
  sites: ['me'],
  threats: ['known-threats'],
}
/** What people wait for is asked again at once; what changes all day long, seldom enough to stay calm. */
const PAUSE_MS: Readonly<Record<string, number>> = { captures: 300, hunts: 500, alerts: 2_000, incidents: 2_000, overview: 4_000 }
const USUAL_PAUSE_MS = 10_000
/** Notices come in bursts. */
const SHORTEST_MS = 300
/** The server's word when more changed than it lists. */
const EVERYTHING = 'everything'

let state: LiveState = 'connecting'
const listeners = new Set<() => void>()
const waiting = new Map<string, ReturnType<typeof setTimeout>>()
const asked = new Map<string, number>()

function turn(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

function ask(noun: string): void {
  if (waiting.has(noun)) return
  // The first change after a quiet time is shown at once; those that follow wait for their turn.
  const due = (asked.get(noun) ?? Number.NEGATIVE_INFINITY) + (PAUSE_MS[noun] ?? USUAL_PAUSE_MS)
  const timer = setTimeout(
    () => {
      waiting.delete(noun)
      asked.set(noun, performance.now())
      refresh(noun)
    },
    Math.max(SHORTEST_MS, due - performance.now()),
  )
  waiting.set(noun, timer)
}

function notice(text: string): void {
  let kind: unknown
  try {
    kind = (JSON.parse(text) as { kind?: unknown }).kind
  } catch {
    return
  }
  if (kind === EVERYTHING) void queryClient.invalidateQueries()
  else if (typeof kind === 'string') for (const noun of [kind, ...(ALSO[kind] ?? [])]) ask(noun)
}

/** Opens the stream for as long as somebody is signed in; the browser reconnects by itself. */
export function connect(): () => void {
  const source = new EventSource(url('/events'))
  source.onopen = () => {
    // What happened while the line was down was not told.
    if (state === 'lost') void queryClient.invalidateQueries()
    turn('live')
  }
  source.onmessage = (event: MessageEvent<string>) => notice(event.data)
  source.onerror = () => turn('lost')
  return () => {
    source.close()
    for (const timer of waiting.values()) clearTimeout(timer)
    waiting.clear()
    turn('connecting')
  }
}

export function useLive(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}
