/** What subscriptions bring: data changes as tags, events as diagnoses. */
import type { Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import type { Of } from './built-in.ts'
import type { Item, Memory } from './memory.ts'
import { BODY, type DataChange, type EventList, type StatusChange } from './objects.ts'
import type * as s from './structures.ts'
import { qualityOf, statusText, tagValue, typeText } from './text.ts'
import type { Variant } from './variant.ts'

/** OPC 10000-5 §6.4.2: severities from here on are high. */
const HIGH = 667

/** `asker` is the client's end. */
export function notified(b: Of<typeof s.publishResponse>, asker: Side, memory: Memory, sink: Sink): void {
  const items = memory.subscriptions.get(b.subscriptionId)
  for (const { typeId, body } of b.notification.data) {
    if (body === undefined) continue
    if (typeId === BODY.dataChange) changes(body as DataChange, items, b.subscriptionId, sink)
    else if (typeId === BODY.eventList) events(body as EventList, items, asker, sink)
    else if (typeId === BODY.statusChange) {
      const what = `subscription ${b.subscriptionId}: ${statusText((body as StatusChange).status)}`
      sink.sayFrom(asker, { kind: 'device.diagnosed', what, fault: false })
    }
  }
}

function changes({ items: changed }: DataChange, items: ReadonlyMap<number, Item> | undefined, subscription: number, sink: Sink): void {
  for (const { clientHandle, value } of changed) {
    const item = items?.get(clientHandle)
    // The subscription is older than the capture or than this connection.
    const tag = item === undefined ? `subscription ${subscription} item ${clientHandle}` : item.tag
    const shown = tagValue(value.value)
    if (shown === undefined || item?.isValue === false) continue
    sink.read(tag, shown, typeText(value.value!), undefined, qualityOf(value.status))
  }
}

function events({ events: list }: EventList, items: ReadonlyMap<number, Item> | undefined, asker: Side, sink: Sink): void {
  for (const { clientHandle, fields } of list) {
    const item = items?.get(clientHandle)
    const field = (name: string): Variant | undefined => fields[item?.fields.indexOf(name) ?? -1]
    const source = tagValue(field('SourceName'))
    const message = tagValue(field('Message'))
    const severity = tagValue(field('Severity'))
    const shown = [source, message].filter((part) => part !== undefined && part !== '').join(': ')
    const what = `event${shown === '' ? '' : ` ${shown}`}${severity === undefined ? '' : ` (severity ${severity})`}`
    sink.sayFrom(asker, { kind: 'device.diagnosed', what, fault: typeof severity === 'number' && severity >= HIGH })
  }
}
