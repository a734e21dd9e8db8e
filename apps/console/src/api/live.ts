/** Server-sent events: each notice names what changed; the queries of that noun are asked again, at most every two seconds. */
import { useSyncExternalStore } from 'react'
import { queryClient, refresh } from './query.ts'
import { url } from './request.ts'

export type LiveState = 'connecting' | 'live' | 'lost'

/** Nouns whose pages also show parts of other nouns. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  alerts: ['overview', 'findings', 'map'],
  incidents: ['overview'],
  assets: ['overview', 'map'],
  sessions: ['map'],
  captures: [],
  coverage: ['overview'],
}
const PAUSE_MS = 2_000

let state: LiveState = 'connecting'
const listeners = new Set<() => void>()
const waiting = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

function turn(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

function flush(): void {
  timer = undefined
  refresh(...waiting)
  waiting.clear()
}

function notice(text: string): void {
  let kind: unknown
  try {
    kind = (JSON.parse(text) as { kind?: unknown }).kind
  } catch {
    return
  }
  if (typeof kind !== 'string') return
  waiting.add(kind)
  for (const also of ALSO[kind] ?? ['overview']) waiting.add(also)
  timer ??= setTimeout(flush, kind === 'captures' ? 300 : PAUSE_MS)
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
    clearTimeout(timer)
    timer = undefined
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
