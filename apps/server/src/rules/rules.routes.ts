import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { rulesInForce } from '../detection-settings/in-force.ts'
import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { findByName, listOwnRules } from '../own-rules/own-rules.store.ts'
import { packRules, packRuleText } from '../packs/packs.store.ts'
import { ruleHealth, ruleJudgements, UNHEARD, UNJUDGED } from './rules.store.ts'
import { RuleName, RulePage, RuleRows } from './rules.wire.ts'

export const ruleRoutes = [
  route({
    on: 'GET /rules',
    may: 'rule.read',
    about: 'Detections in force',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: RuleRows,
    run: async ({ tx, sites, services }) => {
      const [health, judged] = [await ruleHealth(tx, sites), await ruleJudgements(tx, sites)]
      const healthOf = (rule: string) => ({ ...(health.get(rule) ?? UNHEARD), ...(judged.get(rule) ?? UNJUDGED) })
      const inForce = await rulesInForce(tx, sites, services.library.catalogue)
      const own = (await listOwnRules(tx, sites)).flatMap(ownRows)
      const carried = (await packRules(tx)).flatMap(carriedRows)
      const rows = [...services.library.rules.map(({ source: _, ...row }) => row), ...own, ...carried]
      return { items: rows.map((row) => ({ ...row, health: healthOf(row.name), inForce: inForce(row) })) }
    },
  }),
  route({
    on: 'GET /rules/:name',
    may: 'rule.read',
    about: 'One detection as written',
    params: RuleName,
    query: Nothing,
    body: Nothing,
    reply: RulePage,
    run: async ({ tx, sites, params, services }) => {
      const rule =
        services.library.rules.find((one) => one.name === params.name) ??
        (await ownRule(tx, sites, params.name)) ??
        (await carriedRule(tx, params.name))
      if (!rule) return noSuch('rule', params.name)
      const counted = await sql<{
        n: number
      }>`select count(*) as n from findings where site = any (${[...sites]}::text[]) and rule = ${rule.name}`.execute(tx)
      const inForce = await rulesInForce(tx, sites, services.library.catalogue)
      return { ...rule, findings: counted.rows[0]?.n ?? 0, inForce: inForce(rule) }
    },
  }),
]

type OwnRow = Awaited<ReturnType<typeof listOwnRules>>[number]

function ownRows({ id, site, isOn, rules }: OwnRow) {
  return rules.map((rule) => ({ ...rule, own: { id, site, isOn } }))
}

type Carried = Awaited<ReturnType<typeof packRules>>[number]

function carriedRows({ pack: name, version, rules }: Carried) {
  return rules.map((rule) => ({ ...rule, pack: { name, version } }))
}

async function carriedRule(tx: Tx, name: string) {
  for (const pack of await packRules(tx)) {
    const rule = carriedRows(pack).find((one) => one.name === name)
    if (rule) return { ...rule, source: await packRuleText(tx, pack.pack, rule.file) }
  }
  return undefined
}

async function ownRule(tx: Tx, sites: readonly string[], name: string) {
  const found = await findByName(tx, sites, name)
  const rule = found && ownRows(found.row).find((one) => one.name === name)
  return rule && { ...rule, source: found.text }
}
