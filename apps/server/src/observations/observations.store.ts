import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { plausibleTime } from '../database/times.ts'

/** A file of applied batches. */
export type Segment = {
  readonly number: number
  readonly day: string
  readonly file: string
  readonly bytes: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  readonly batches: number
  readonly observations: number
  readonly missingBatches: number
  readonly missingObservations: number
}

const columns = sql`number, to_char(day, 'YYYY-MM-DD') as day, file, bytes, first_us as "firstAt", last_us as "lastAt", batches, observations,
  missing_batches as "missingBatches", missing_observations as "missingObservations"`

export async function lastSegment(tx: Tx, site: string): Promise<Segment | undefined> {
  const { rows } =
    await sql<Segment>`select ${columns} from observation_segments where site = ${site} order by number desc limit 1`.execute(tx)
  return rows[0]
}

/** In the order in which they were applied. */
export async function segmentsOf(tx: Tx, site: string): Promise<Segment[]> {
  const { rows } = await sql<Segment>`select ${columns} from observation_segments where site = ${site} order by number`.execute(tx)
  return rows
}

/** One more batch counts, or is missing. In the batch's transaction. */
export type Counted = {
  readonly number: number
  readonly day: string
  readonly file: string
  /** How much of the file counts with it. */
  readonly bytes: number
  readonly isKept: boolean
  readonly observations: number
  readonly firstAt: number | undefined
  readonly lastAt: number | undefined
}

export async function countBatch(tx: Tx, site: string, c: Counted): Promise<void> {
  const [kept, missing] = c.isKept ? [1, 0] : [0, 1]
  const [first, last] = [c.firstAt, c.lastAt].map((at) => (at === undefined || !c.isKept ? null : plausibleTime(at)))
  await sql`insert into observation_segments as s (site, number, day, file, bytes, first_us, last_us, batches, observations, missing_batches, missing_observations)
    values (${site}, ${c.number}, ${c.day}, ${c.file}, ${c.bytes}, ${first}, ${last}, ${kept}, ${kept * c.observations}, ${missing}, ${missing * c.observations})
    on conflict on constraint observation_segments_pk do update set bytes = excluded.bytes, first_us = least(s.first_us, excluded.first_us),
      last_us = greatest(s.last_us, excluded.last_us), batches = s.batches + excluded.batches, observations = s.observations + excluded.observations,
      missing_batches = s.missing_batches + excluded.missing_batches, missing_observations = s.missing_observations + excluded.missing_observations`.execute(
    tx,
  )
}

export type GivenUp = { readonly untilAt: number; readonly segments: number; readonly batches: number; readonly observations: number }

/** What left the store, counted; undefined where nothing did. */
export async function givenUp(tx: Tx, site: string): Promise<GivenUp | undefined> {
  const { rows } =
    await sql<GivenUp>`select until_us as "untilAt", segments, batches, observations from observations_given_up where site = ${site}`.execute(
      tx,
    )
  return rows[0]
}

/** Takes the segments out of the store. @returns their files */
export async function giveUp(tx: Tx, site: string, numbers: readonly number[]): Promise<string[]> {
  if (numbers.length === 0) return []
  const { rows } = await sql<{ file: string; last: number | null; batches: number; observations: number }>`delete from observation_segments
    where site = ${site} and number = any (${[...numbers]}::integer[]) returning file, last_us as last, batches, observations`.execute(tx)
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0)
  await sql`insert into observations_given_up as g (site, until_us, segments, batches, observations) values (${site},
      ${Math.max(0, ...rows.map(({ last }) => last ?? 0))}, ${rows.length}, ${sum((row) => row.batches)}, ${sum((row) => row.observations)})
    on conflict on constraint observations_given_up_pk do update set until_us = greatest(g.until_us, excluded.until_us), segments = g.segments + excluded.segments,
      batches = g.batches + excluded.batches, observations = g.observations + excluded.observations`.execute(tx)
  return rows.map(({ file }) => file)
}
