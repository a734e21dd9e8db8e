/** Variables read, written and subscribed: tags by area and symbol id. */
import { Reader } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { objectName, tagOf } from './names.ts'
import { type Address, type PlusObject, readAddress } from './objects.ts'
import { ATTRIBUTE, SUBSCRIPTION_CLASS } from './s7comm-plus.table.ts'
import type { PlusState, S7commPlus } from './s7comm-plus.ts'
import { readReturn, readValue, TYPE_NAMES, vlq } from './value.ts'

/** Variables of one message. */
const MAX_ITEMS = 1024
const MAX_SUBSCRIPTIONS = 64

/** Object u32, items VLQ, fields VLQ; without an object addresses follow, with one its attributes. */
function readAsked(r: Reader): { tags: string[]; object: number } {
  const object = r.u32()
  const count = vlq(r)
  vlq(r)
  const tags: string[] = []
  for (let i = 0; i < count && i < MAX_ITEMS && r.left > 0; i++)
    tags.push(object === 0 ? tagOf(readAddress(r)) : `${objectName(object)}.${vlq(r)}`)
  return { tags, object }
}

/** Number VLQ from 1 and value, until a number of zero; then numbers with errors. */
export function readMany(q: S7commPlus, answer: Reader, sink: Sink): void {
  const { tags, object } = readAsked(new Reader(q.data))
  if (object === q.session || sink.sameBytes(`values ${tags.join()}`, answer.bytes.subarray(answer.at, answer.end))) return
  eachItem(answer, (item, r) => {
    const value = readValue(r)
    const tag = tags[item - 1]
    if (tag !== undefined && value.shown !== undefined && !r.short) sink.read(tag, value.shown, TYPE_NAMES[value.type] ?? 'unknown')
  })
  for (let i = 0; i < MAX_ITEMS && answer.left > 1 && !answer.short; i++) {
    const item = vlq(answer)
    if (item === 0) break
    const error = readReturn(answer)
    const tag = tags[item - 1]
    if (tag !== undefined) sink.read(tag, `error ${error}`, 'error', undefined, 'bad')
  }
}

export function wroteMany(q: S7commPlus, ok: boolean | undefined, sink: Sink): void {
  const r = new Reader(q.data)
  const { tags, object } = readAsked(r)
  // A session's own attributes are its negotiation.
  if (object === q.session) return
  eachItem(r, (item) => {
    const value = readValue(r)
    const tag = tags[item - 1]
    if (tag !== undefined && !r.short) sink.wrote(tag, value.shown ?? TYPE_NAMES[value.type] ?? '', TYPE_NAMES[value.type] ?? 'unknown', ok)
  })
}

function eachItem(r: Reader, each: (item: number, r: Reader) => void): void {
  for (let i = 0; i < MAX_ITEMS && r.left > 0 && !r.short; i++) {
    const item = vlq(r)
    if (item === 0) return
    each(item, r)
  }
}

/** A subscription was created: the answer gives its id, its list says which number stands for which variable. */
export function subscribed(objects: readonly PlusObject[], answer: Reader, ok: boolean | undefined, state: PlusState): void {
  const list = objects.find(({ classId }) => classId === SUBSCRIPTION_CLASS)?.attributes.get(ATTRIBUTE.subscriptionList)?.numbers
  if (list === undefined || ok !== true) return
  const count = answer.u8()
  const id = vlq(answer)
  if (count === 0 || answer.short) return
  if (state.subscriptions.size >= MAX_SUBSCRIPTIONS) state.subscriptions.delete(state.subscriptions.keys().next().value!)
  state.subscriptions.set(id, readList(list))
}

/** Two numbers, a count, then for each: flags and length, number, 0, area, symbol checksum, path as long as it says. */
function readList(list: readonly number[]): Map<number, Address> {
  const names = new Map<number, Address>()
  let at = 3
  for (let i = 0; i < MAX_ITEMS && at + 4 < list.length; i++) {
    const length = list[at]! & 0xffff
    const reference = list[at + 1]!
    const area = list[at + 3]!
    names.set(reference, { area, path: list.slice(at + 5, at + 5 + length) })
    at += 5 + length
  }
  return names
}

/**
 * Three u16, credit u8, sequence VLQ, from version 3 on a change counter u8, then items by their first byte: 0x92 a number u32
 * and value, 0x9b a number VLQ and value, 0x13 and 0x03 a number u32 that could not be read; zero ends them.
 */
export function notified(m: S7commPlus, state: PlusState, sink: Sink): void {
  const names = state.subscriptions.get(m.session)
  const r = new Reader(m.data)
  r.skip(7)
  vlq(r)
  if (m.version === 3) r.skip(1)
  for (let i = 0; i < MAX_ITEMS && r.left > 0 && !r.short; i++) {
    const code = r.u8()
    if (code !== 0x92 && code !== 0x9b && code !== 0x13 && code !== 0x03) return
    const reference = code === 0x9b ? vlq(r) : r.u32()
    const address = names?.get(reference)
    const tag = address === undefined ? `subscription item ${reference}` : tagOf(address)
    if (code === 0x13 || code === 0x03) {
      if (address !== undefined) sink.read(tag, 'not readable', 'error', undefined, 'bad')
      continue
    }
    const value = readValue(r)
    if (value.shown !== undefined && !r.short) sink.read(tag, value.shown, TYPE_NAMES[value.type] ?? 'unknown')
  }
}
