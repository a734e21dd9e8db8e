import { sql } from 'kysely'
import { rulesInForce } from '../detection-settings/in-force.ts'
import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
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
      return {
        items: services.library.rules.map(({ source: _, ...row }) => ({ ...row, health: healthOf(row.name), inForce: inForce(row.name) })),
      }
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
      const rule = services.library.rules.find((one) => one.name === params.name)
      if (!rule) return noSuch('rule', params.name)
      const counted = await sql<{
        n: number
      }>`select count(*) as n from findings where site = any (${[...sites]}::text[]) and rule = ${rule.name}`.execute(tx)
      const inForce = await rulesInForce(tx, sites, services.library.catalogue)
      return { ...rule, findings: counted.rows[0]?.n ?? 0, inForce: inForce(rule.name) }
    },
  }),
]
