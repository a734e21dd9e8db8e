/**
 * Bodies of user data that hold addresses and values: cyclic subscriptions and the tables in which STEP 7 monitors, modifies
 * and forces variables.
 */
import type { Reader } from '@isthmus/wire'
import { type ItemValue, readItems, readItemValues, readTableItems } from './items.ts'
import type { S7comm } from './s7comm.ts'

const MAX_ITEMS = 256

/** Groups and sub-functions. */
export const CYCLIC = 2
export const PROGRAMMER = 1
export const TABLE = { monitor: 2, modify: 8, force: 9 } as const
/** Cyclic transfer, transfer of changes, other items for a running one. */
const SUBSCRIPTIONS: ReadonlySet<number> = new Set([1, 5, 7])
const TABLES: ReadonlySet<number> = new Set(Object.values(TABLE))

export function readBody(r: Reader, m: S7comm, isAsked: boolean): void {
  const group = m.code & 0x0f
  if (group === CYCLIC && SUBSCRIPTIONS.has(m.sub)) readSubscription(r, m, isAsked)
  else if (group === PROGRAMMER && TABLES.has(m.sub)) readTable(r, m, isAsked)
  else r.skip(r.left, 'body')
}

/** Asked: `items u16 | time base u8 | factor u8 | addresses`. Else `items u16 | values`. */
function readSubscription(r: Reader, m: S7comm, isAsked: boolean): void {
  const count = Math.min(r.u16('item count'), MAX_ITEMS)
  if (isAsked) {
    r.skip(1, 'time base')
    r.skip(1, 'time factor')
    m.items = readItems(r, count)
  } else m.values = readItemValues(r, count, true)
}

/** `parameter length u16 | data length u16 | when and how often | items u16 | addresses, values or codes`. */
function readTable(r: Reader, m: S7comm, isAsked: boolean): void {
  if (r.left < 4) {
    r.skip(r.left, 'body')
    return
  }
  const parameters = r.u16('job parameter length')
  const length = r.u16('job data length')
  r.skip(Math.min(parameters, r.left), 'job parameters')
  const data = r.sub(Math.min(length, r.left), 'job data')
  const count = Math.min(data.u16('item count'), MAX_ITEMS)
  if (isAsked) m.items = readTableItems(data, count)
  if (isAsked && m.sub !== TABLE.monitor) m.values = readItemValues(data, count, true).map(kept)
  if (!isAsked && m.sub === TABLE.monitor) m.values = readItemValues(data, count, true)
}

/** A question outlives its packet. */
const kept = (value: ItemValue): ItemValue => ({ ...value, data: value.data.slice() })
