import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import type { Checked, OwnText } from './check.ts'
import type { OwnRulePage, OwnRuleRow, OwnVersion } from './own-rules.wire.ts'

/** What is found out apart: whether it counts where it is on. */
export type Row = Omit<z.output<typeof OwnRuleRow>, 'dropped'>
type Version = z.output<typeof OwnVersion>

/** Texts that a site may have, those for all sites among them; a list shows them all. */
export const MAX_OWN = 200
/** Versions that a page lists: the latest. */
const MAX_VERSIONS = 200
const MAX_TITLE = 200

const version = sql`jsonb_build_object('number', v.number, 'done', v.done, 'isOn', v.is_on, 'by', ${personOf('v.made_by')},
  'madeAt', (extract(epoch from v.made_at) * 1000000)::bigint)`
const row = sql`${version} || jsonb_build_object('id', r.id, 'site', r.site, 'rules', v.rules, 'errors', v.errors, 'cost', v.cost,
  'title', substring(v.text from '(?n)^title:(.*)$'))`
const current = sql`own_rules r join own_rule_versions v on v.rule = r.id and v.number = r.number`

/** Rules of these sites, and those for all. */
const seenBy = (sites: readonly string[]): RawBuilder<unknown> => sql`(r.site is null or r.site = any (${[...sites]}::text[]))`

export async function listOwnRules(tx: Tx, sites: readonly string[]): Promise<Row[]> {
  const { rows } = await sql<{
    row: Row
  }>`select ${row} as row from ${current} where ${seenBy(sites)} order by v.made_at desc, r.id limit 1000`.execute(tx)
  return rows.map((one) => titled(one.row))
}

/** The title as it stands in the text, for a text that is no rule yet. */
function titled(row: Row): Row {
  const told = (row.title ?? '').replace(/\s#.*$/, '').trim()
  const title = /^(["']).*\1$/.test(told) ? told.slice(1, -1) : told
  return { ...row, title: title === '' ? null : title.slice(0, MAX_TITLE) }
}

type PageOf = Omit<z.output<typeof OwnRulePage>, 'dropped'>

export async function findOwnRule(tx: Tx, sites: readonly string[], id: string): Promise<PageOf | undefined> {
  const { rows } = await sql<{ row: Row; text: string }>`
    select ${row} as row, v.text from ${current} where r.id = ${id} and ${seenBy(sites)}`.execute(tx)
  const [found] = rows
  if (found === undefined) return undefined
  const versions = await sql<{ row: Version }>`
    select ${version} as row from own_rule_versions v where v.rule = ${id} order by v.number desc limit ${MAX_VERSIONS}`.execute(tx)
  return { ...titled(found.row), text: found.text, versions: versions.rows.map((one) => one.row) }
}

export async function findVersion(
  tx: Tx,
  sites: readonly string[],
  id: string,
  number: number,
): Promise<(Version & { readonly text: string }) | undefined> {
  const { rows } = await sql<{ row: Version; text: string }>`
    select ${version} as row, v.text from own_rules r join own_rule_versions v on v.rule = r.id
    where r.id = ${id} and v.number = ${number} and ${seenBy(sites)}`.execute(tx)
  const [found] = rows
  return found === undefined ? undefined : { ...found.row, text: found.text }
}

export async function countOwnRules(tx: Tx, site: string | null): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from own_rules where site is null or site = ${site}`.execute(tx)
  return rows[0]?.n ?? 0
}

export type NewVersion = {
  readonly rule: string
  readonly number: number
  readonly site: string | null
  readonly text: string
  readonly isOn: boolean
  readonly done: string
  readonly checked: Checked
  readonly by: string
}

export async function insertOwnRule(tx: Tx, made: NewVersion): Promise<void> {
  await sql`insert into own_rules (id, site, number) values (${made.rule}, ${made.site}, ${made.number})`.execute(tx)
  await insertVersion(tx, made)
}

/** False when somebody else made that version meanwhile. */
export async function replaceOwnRule(tx: Tx, made: NewVersion): Promise<boolean> {
  const { rows } =
    await sql`update own_rules set number = ${made.number} where id = ${made.rule} and number = ${made.number - 1} returning 1`.execute(tx)
  if (rows.length === 0) return false
  await insertVersion(tx, made)
  return true
}

async function insertVersion(tx: Tx, { rule, number, site, text, isOn, done, checked, by }: NewVersion): Promise<void> {
  const { rules, errors, cost } = checked
  await sql`insert into own_rule_versions (rule, number, site, text, is_on, done, rules, errors, cost, made_by)
    values (${rule}, ${number}, ${site}, ${text}, ${isOn}, ${done}, ${jsonText(rules)}::jsonb, ${jsonText(errors)}::jsonb, ${cost}, ${by})`.execute(
    tx,
  )
}

/** Texts in force at a site: its own, those for all and those of packs; with null those of one site are left out. */
export async function textsInForce(tx: Tx, site: string | null): Promise<(OwnText & { readonly cost: number })[]> {
  const { rows } = await sql<OwnText & { cost: number }>`
    (select r.id, v.text, v.cost from ${current} where v.is_on and (r.site is null or r.site = ${site}) order by r.id limit ${MAX_OWN})
    union all (select f.pack || '/' || f.path, f.text, 0 from pack_files_in_force f where f.kind = 'rule' order by f.pack, f.path)`.execute(
    tx,
  )
  return rows
}

/** What is in force at each of these sites, as one word a site: another word, another set. Sites without any are not in it. */
export async function marksInForce(tx: Tx, sites: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ site: string; mark: string }>`select s.site, m.mark from unnest(${[...sites]}::text[]) as s (site), lateral (
    select string_agg(t.one, ' ' order by t.one) as mark from (
      select r.id || ':' || r.number as one from ${current} where v.is_on and (r.site is null or r.site = s.site)
      union all select f.pack || '/' || f.path || ':' || f.sha256 from pack_files_in_force f where f.kind = 'rule') as t) as m
    where m.mark is not null order by s.site`.execute(tx)
  return new Map(rows.map(({ site, mark }) => [site, mark]))
}

/** A rule of these sites by its name, in force or not. */
export async function findByName(tx: Tx, sites: readonly string[], name: string): Promise<{ row: Row; text: string } | undefined> {
  const { rows } = await sql<{ row: Row; text: string }>`
    select ${row} as row, v.text from ${current} where ${seenBy(sites)} and v.rules @> ${jsonText([{ name }])}::jsonb order by v.is_on desc, r.id limit 1`.execute(
    tx,
  )
  return rows[0]
}
