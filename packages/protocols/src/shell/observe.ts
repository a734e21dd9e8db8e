/** A shell in the platform's words: which one, and at which end it runs. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Shell, ShellState } from './shell.ts'

export function observe({ message: m, from }: SeenMessage<Shell, ShellState>, sink: Sink): void {
  if (m.kind !== 'opening') return
  const object = `${m.shell} of the ${from}`
  sink.say({ kind: 'service.used', service: 'command shell', object, user: '', ok: true })
}
