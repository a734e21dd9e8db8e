/**
 * The wire side of the model's types: what the API shows and accepts. Schemas are codecs, so one schema
 * reads a document of the model and writes its wire form: times are microseconds inside, ISO UTC outside.
 */
import { z } from 'zod'

/** A model type as a schema can state it: what may be undefined inside may be absent on the wire. */
export type Loose<T> = T extends readonly unknown[]
  ? { [K in keyof T]: Loose<T[K]> }
  : T extends object
    ? { [K in keyof T as undefined extends T[K] ? never : K]: Loose<T[K]> } & {
        [K in keyof T as undefined extends T[K] ? K : never]?: Loose<T[K]> | undefined
      }
    : T

/** Ties a wire schema to its model type: `satisfies Wire<Asset>` fails to compile when the two drift apart. */
export type Wire<T> = z.ZodType<Loose<T>>

export function isoOf(us: number): string {
  const ms = Math.floor(us / 1000)
  const rest = Math.round(us - ms * 1000)
  const date = new Date(ms)
  // A capture may state times no calendar holds; the epoch is the honest "unknown".
  const text =
    Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 0
      ? new Date(0).toISOString()
      : date.toISOString()
  return `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

export function microsOf(iso: string): number {
  const fraction = /\.(\d+)Z$/.exec(iso)?.[1] ?? ''
  const seconds = Date.parse(iso.replace(/\.\d+Z$/, 'Z'))
  return seconds * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** Microseconds inside, `2026-11-22T06:18:27.123456Z` on the wire. */
export const Time = z.codec(z.iso.datetime(), z.number(), { decode: microsOf, encode: isoOf })

export const Id = z.object({ id: z.string().min(1).max(200) })
export const Nothing = z.object({})
export const Level = z.enum(['informational', 'low', 'medium', 'high', 'critical'])
export const TagValue = z.union([z.number(), z.string(), z.boolean()])
export const Quality = z.enum(['good', 'uncertain', 'bad'])

export const Evidence = z.object({
  capture: z.string(),
  packets: z.tuple([z.number(), z.number()]),
  bytes: z.tuple([z.number(), z.number()]),
})

export const Endpoint = z.object({ ip: z.string().optional(), mac: z.string().optional(), port: z.number().optional() })

export const Person = z.object({ id: z.string(), name: z.string(), displayName: z.string() })

/** What every list takes: where to go on, and how much. */
export const page = { cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(1000).default(50) }
export const siteFilter = { site: z.string().min(1).max(100).optional() }
export const searchText = z.string().trim().max(200).optional()

/** What every list answers. `total` is present where counting is cheap. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable(), total: z.number().optional() })
}

/** A query parameter that is true or false. */
export const Flag = z.enum(['true', 'false']).transform((text) => text === 'true')
