import { z } from 'zod'
import { Time } from '../http/wire.ts'

export const Site = z.object({
  id: z.string(),
  name: z.string(),
  timezone: z.string(),
  assets: z.number(),
  openAlerts: z.number(),
  openIncidents: z.number(),
  lastAt: Time.nullable(),
})
export const Sites = z.object({ items: z.array(Site) })

export const NewSite = z.object({
  id: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes'),
  name: z.string().trim().min(1).max(200),
  timezone: z
    .string()
    .max(60)
    .default('UTC')
    .refine((zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC', 'not a time zone, such as Europe/Berlin'),
})
