import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { rulesInForce } from '../detection-settings/in-force.ts'
import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { findByName, listOwnRules } from '../own-rules/own-rules.store.ts'
import { standingOf } from '../own-rules/standing.ts'
import { packRules, packRuleText } from '../packs/packs.store.ts'
import { ruleHealth, ruleJudgements, UNHEARD, UNJUDGED } from './rules.store.ts'
import { RuleName, RulePage, RuleRows } from './rules.wire.ts'

export const ruleRoutes = [
  route({
    on: 'GET /rules',
    may: 'rule.read',
    about: 'Detections in force',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: RuleRows,
    run: async ({ sites, services: { database, library } }) => {
      const standing = await standingOf(database, sites)
      const listed = async (tx: Tx) => {
        const [health, judged] = [await ruleHealth(tx, sites), await ruleJudgements(tx, sites)]
        const healthOf = (rule: string) => ({ ...(health.get(rule) ?? UNHEARD), ...(judged.get(rule) ?? UNJUDGED) })
        const inForce = await rulesInForce(tx, sites, library.catalogue)
        const own = (await listOwnRules(tx, sites)).flatMap((row) => ownRows(row, standing))
        const carried = (await packRules(tx)).flatMap((pack) => carriedRows(pack, standing))
        const rows = [...library.rules.map(({ source: _, ...row }) => ({ ...row, notInForce: [] })), ...own, ...carried]
        return { items: rows.map((row) => ({ ...row, health: healthOf(row.name), inForce: inForce(row) })) }
      }
      return database.scoped(sites, listed, 'read only')
    },
  }),
  route({
    on: 'GET /rules/:name',
    may: 'rule.read',
    about: 'One detection as written',
    transaction: 'none',
    params: RuleName,
    query: Nothing,
    body: Nothing,
    reply: RulePage,
    run: async ({ sites, params: { name }, services: { database, library } }) => {
      const shipped = library.rules.find((one) => one.name === name)
      const standing = shipped === undefined ? await standingOf(database, sites) : new Map()
      const page = async (tx: Tx) => {
        const rule = shipped ?? (await ownRule(tx, sites, name, standing)) ?? (await carriedRule(tx, name, standing))
        if (!rule) return noSuch('rule', name)
        const counted = await sql<{
          n: number
        }>`select count(*) as n from findings where site = any (${[...sites]}::text[]) and rule = ${rule.name}`.execute(tx)
        const inForce = await rulesInForce(tx, sites, library.catalogue)
        return { notInForce: [], ...rule, findings: counted.rows[0]?.n ?? 0, inForce: inForce(rule) }
      }
      return database.scoped(sites, page, 'read only')
    },
  }),
]

type OwnRow = Awaited<ReturnType<typeof listOwnRules>>[number]
type Standing = Awaited<ReturnType<typeof standingOf>>

/** Where the rule `name` of a text is on and does not count. */
function notInForce(standing: Standing, text: string, name: string) {
  const dropped = (standing.get(text) ?? []).filter(({ rule }) => rule === name || rule === '')
  return dropped.map(({ site, reason }) => ({ site, why: reason }))
}

function ownRows({ id, site, isOn, rules }: OwnRow, standing: Standing) {
  return rules.map((rule) => ({ ...rule, own: { id, site, isOn }, notInForce: notInForce(standing, id, rule.name) }))
}

type Carried = Awaited<ReturnType<typeof packRules>>[number]

function carriedRows({ pack: name, version, rules }: Carried, standing: Standing) {
  return rules.map((rule) => ({ ...rule, pack: { name, version }, notInForce: notInForce(standing, `${name}/${rule.file}`, rule.name) }))
}

async function carriedRule(tx: Tx, name: string, standing: Standing) {
  for (const pack of await packRules(tx)) {
    const rule = carriedRows(pack, standing).find((one) => one.name === name)
    if (rule) return { ...rule, source: await packRuleText(tx, pack.pack, rule.file) }
  }
  return undefined
}

async function ownRule(tx: Tx, sites: readonly string[], name: string, standing: Standing) {
  const found = await findByName(tx, sites, name)
  const rule = found && ownRows(found.row, standing).find((one) => one.name === name)
  return rule && { ...rule, source: found.text }
}
