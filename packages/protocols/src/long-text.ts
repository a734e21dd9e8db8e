/** Texts longer than what their readers are made for: names, commands, fields. Content that is meant to be long is none of these. */
import type { Sink } from './protocol.ts'

/** RFC 6265 §6.1 asks browsers for cookies of this length; few fields hold more. */
const LONG = 4096
const MAX_NAME = 64

/** `what` it is, as its protocol calls it: a field's name, a command. */
export function tellLength(sink: Sink, what: string, length: number): void {
  if (length > LONG) sink.anomaly('text.overlong', what.slice(0, MAX_NAME), length)
}
