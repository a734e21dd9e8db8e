import { z } from 'zod'
import { siteFilter, Time } from '../http/wire.ts'

export const AlertSource = z.object({
  site: z.string(),
  /** A file that is followed, or a Unix socket that is listened on, on the server. */
  place: z.string(),
  kind: z.enum(['file', 'socket']),
  /** Why nothing comes; null while it is read. */
  trouble: z.string().nullable(),
  /** Events of any kind. */
  events: z.number(),
  alerts: z.number(),
  /** Alerts about a conversation of the site, about none, and those that wait for theirs. */
  tied: z.number(),
  untied: z.number(),
  waiting: z.number(),
  /** Events that came faster than they could be taken. */
  dropped: z.number(),
  /** Events that could not be used, by reason. */
  refused: z.record(z.string(), z.number()),
  heardAt: Time.nullable(),
})
export const AlertSources = z.object({ items: z.array(AlertSource) })
export const AlertSourceQuery = z.object(siteFilter)
