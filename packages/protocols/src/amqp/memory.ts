/** What an AMQP conversation remembers between frames, bounded. */
import type { Side } from '@isthmus/wire'
import type { AmqpState } from './amqp.ts'

export type Login = { readonly user: string; readonly method: string }
/** A method that waits for its answer on its channel. */
export type Pending = {
  readonly operation: string
  readonly object: string
  readonly access: 'configure' | 'read' | 'session'
  readonly answer: number
}

export type Memory = {
  login: Login | undefined
  readonly pending: Map<number, Pending>
  /** The object of the message whose content is on its way, by side and channel. */
  readonly contents: Map<string, string>
  /** Addresses of 1.0's links by side, channel and handle. */
  readonly links: Map<string, string>
  container: string
}

const MAX_CHANNELS = 1024
const MAX_LINKS = 4096

export function memoryOf(state: AmqpState): Memory {
  return (state.memory ??= { login: undefined, pending: new Map(), contents: new Map(), links: new Map(), container: '' }) as Memory
}

export function expect(memory: Memory, channel: number, pending: Pending): void {
  if (memory.pending.size < MAX_CHANNELS || memory.pending.has(channel)) memory.pending.set(channel, pending)
}

export function begin(memory: Memory, from: Side, channel: number, object: string): void {
  const key = `${from} ${channel}`
  if (memory.contents.size < MAX_CHANNELS || memory.contents.has(key)) memory.contents.set(key, object)
}

export function attach(memory: Memory, from: Side, channel: number, handle: number, address: string): void {
  const key = `${from} ${channel} ${handle}`
  if (memory.links.size < MAX_LINKS || memory.links.has(key)) memory.links.set(key, address)
}
