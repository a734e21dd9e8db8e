import type {
  Activity as ModelActivity,
  AuthorisedChange as ModelChange,
  Excess as ModelExcess,
  ChangeKind as ModelKind,
} from '@isthmus/model'
import { ACTIVITIES } from '@isthmus/respond'
import { z } from 'zod'
import { Endpoint, Evidence, Person, siteFilter, Time, type Wire } from '../http/wire.ts'

export const Activity = z.enum(ACTIVITIES) satisfies z.ZodType<ModelActivity>
export const ChangeKind = z.enum(['work-order', 'maintenance-window', 'remote-session']) satisfies z.ZodType<ModelKind>
export const ChangeState = z.enum(['planned', 'in-force', 'over', 'ended'])

const text = z.string().trim().min(1).max(200)
const texts = (most: number) => z.array(text).max(most)

const given = {
  kind: ChangeKind,
  reference: text,
  title: z.string().trim().max(500),
  /** Ids of assets, addresses, networks. */
  assets: texts(200),
  users: texts(100),
  hosts: texts(100),
  /** None: whatever engineering it takes. */
  activities: z.array(Activity).max(20),
  from: Time,
  until: Time,
  /** SHA-256 of each program section that may be loaded; none: whatever is loaded. */
  expectedHashes: z.array(z.string().trim().toLowerCase().max(200)).max(2000),
}

const told = { id: z.string(), site: z.string(), ...given }
export const ChangeTold = z.object(told) satisfies Wire<ModelChange>

export const Excess = z.enum(['asset', 'person', 'activity', 'hash', 'time']) satisfies z.ZodType<ModelExcess>

const Deviation = z.object({
  /** The finding that tells of it; none where nothing shows that the change was kept, and nothing that it was exceeded. */
  finding: z.string().optional(),
  alert: z.string().optional(),
  exceeds: z.array(Excess),
  says: z.string(),
  activity: Activity,
  client: Endpoint,
  server: Endpoint,
  user: z.string().optional(),
  first: Time,
  at: Time,
  count: z.number(),
  evidence: z.array(Evidence),
})

export const ChangeRow = z.object({
  ...told,
  state: ChangeState,
  /** Null: nobody ordered it here, a remote session opened it. */
  by: Person.nullable(),
  isPlanned: z.boolean(),
  madeAt: Time.optional(),
  endedAt: Time.optional(),
  endedBy: Person.optional(),
  /** When its remote session was closed. */
  closedAt: Time.optional(),
  /** Findings that it explains. */
  explained: z.number(),
  deviations: z.array(Deviation),
  /** Deviations beyond those kept. */
  more: z.number(),
})
export const ChangeRows = z.object({ items: z.array(ChangeRow) })

export const ChangeQuery = z.object({ ...siteFilter, state: ChangeState.optional() })
export const ChangePut = z.object({
  site: z.string().min(1).max(100),
  ...given,
  title: given.title.default(''),
  users: given.users.default([]),
  hosts: given.hosts.default([]),
  activities: given.activities.default([]),
  expectedHashes: given.expectedHashes.default([]),
})
/** Ids of a work-order system: printable, and safe in an address. */
export const ChangeId = z.object({ id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'up to 100 letters, digits, . _ : or -') })
export const ChangeEnding = z.object({ site: z.string().min(1).max(100) })
export const ChangeSite = z.object({ site: z.string().min(1).max(100) })
