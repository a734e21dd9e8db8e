/** What a rule may name: read from the tables that the compiler reads. */
import {
  categoryOf,
  DELTA_FIELDS,
  END_FIELDS,
  type ForeignLog,
  GENERIC_LOGS,
  KINDS,
  OWN_FIELDS,
  SEEN_FIELDS,
  ZEEK_LOGS,
} from '@isthmus/detect'
import type { z } from 'zod'
import { MODIFIERS } from './modifiers.table.ts'
import type { FieldReference } from './own-rules.wire.ts'

export function fieldReference(): z.output<typeof FieldReference> {
  const listed = (fields: Readonly<Record<string, string>>) => Object.entries(fields).map(([name, type]) => ({ name, type }))
  const delta = DELTA_FIELDS.map((name) => ({ name: `delta.${name}`, type: 'number' }))
  return {
    kinds: KINDS.map((kind) => ({
      category: categoryOf(kind),
      fields: [...listed(OWN_FIELDS[kind]), ...(kind === 'session.updated' ? delta : [])],
    })),
    common: listed(SEEN_FIELDS),
    ends: listed(END_FIELDS),
    modifiers: [...MODIFIERS],
    logs: [...logsOf(ZEEK_LOGS, 'zeek'), ...logsOf(GENERIC_LOGS, null)],
  }
}

function logsOf(logs: Readonly<Record<string, ForeignLog>>, product: string | null) {
  return Object.entries(logs).map(([name, { views }]) => ({
    product,
    name,
    fields: [...new Set(views.flatMap(({ fields }) => Object.keys(fields)))],
  }))
}
