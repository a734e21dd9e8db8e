/** What is published as files: firmware, programs, archives. Numbers, words and documents of values are none. */
import type { Side } from '@isthmus/wire'
import { PassingFile } from '../mime/passing-file.ts'
import { sayFile } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import type { Mqtt } from './mqtt.ts'

export type Payload = { readonly topic: string; readonly from: Side; readonly file: PassingFile; left: number }

/** What is shorter is a value. */
const MIN_FILE = 64
/** `{`, `[`: a document of values. */
const DOCUMENTS: readonly (number | undefined)[] = [0x7b, 0x5b]
/** What people look at or read is told of only when it matches a pattern of known malware. */
const PLAIN = /^(?:$|text\/|image\/|application\/(?:json|xml))/

/** Takes a publication or the rest of a long one; gives back what is still passing. */
export function takePayload(m: Mqtt, before: Payload | undefined, from: Side, sink: Sink): Payload | undefined {
  let passing = before
  if (m.type !== 0) {
    if (passing !== undefined) tellPayload(passing, sink)
    if (m.sparkplug !== undefined || m.payloadBytes < MIN_FILE || DOCUMENTS.includes(m.payload[0])) return undefined
    passing = { topic: m.topic, from, file: new PassingFile(), left: m.payloadBytes }
  }
  if (passing === undefined) return undefined
  passing.file.update(m.payload)
  passing.left -= m.payload.length
  if (passing.left > 0) return passing
  tellPayload(passing, sink)
  return undefined
}

export function tellPayload({ topic, from, file, left }: Payload, sink: Sink): void {
  if (left > 0) file.lost(left)
  sayFile({ name: topic, direction: from === 'client' ? 'to-server' : 'to-client', file, isPlain: PLAIN.test(file.type ?? '') }, sink)
}
