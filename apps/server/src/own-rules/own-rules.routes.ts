import type { z } from 'zod'
import { isRefusal, noSuch, type Refusal, refuse } from '../http/refusal.ts'
import { type Context, route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { mayEverywhere } from '../permissions.table.ts'
import { newId } from '../sign-ins/secrets.ts'
import { tellControls } from '../tell-controls.ts'
import { askCheck } from './ask-check.ts'
import type { Checked } from './check.ts'
import { fieldReference } from './field-reference.ts'
import {
  countOwnRules,
  findOwnRule,
  findVersion,
  insertOwnRule,
  listOwnRules,
  MAX_OWN,
  type NewVersion,
  replaceOwnRule,
  textsInForce,
} from './own-rules.store.ts'
import {
  FieldReference,
  NewOwnRule,
  OwnAnswer,
  OwnChange,
  OwnQuery,
  OwnQuestion,
  OwnRulePage,
  OwnRuleRows,
  OwnRuleText,
  VersionOf,
} from './own-rules.wire.ts'
import { standingOf } from './standing.ts'

/** What all rules of people may cost at one site, in comparisons for each observation. */
const MAX_COST = 5000

type Asker = Pick<Context<unknown, unknown, unknown>, 'sites' | 'me' | 'services'>

/** A rule for all sites is written by those who may everywhere. */
function mayWrite({ sites, me }: Asker, site: string | null): boolean {
  return site === null ? mayEverywhere(me.grants, 'rule.manage') : sites.includes(site)
}

async function checkText(
  { services, sites }: Asker,
  site: string | null,
  id: string,
  text: string,
): Promise<(Checked & { readonly others: number }) | Refusal> {
  const inForce = await services.database.scoped(sites, (tx) => textsInForce(tx, site), 'read only')
  const others = inForce.filter((one) => one.id !== id)
  const checked = await askCheck({ own: { id, text }, others })
  return isRefusal(checked) ? checked : { ...checked, others: others.reduce((sum, { cost }) => sum + cost, 0) }
}

/** What is on is understood whole, and affordable with the others. */
function whyNotOn({ errors, rules, cost, others }: Checked & { readonly others: number }): Refusal | undefined {
  const details = errors.map(({ line, path, reason }) => ({ field: line === null ? path || 'text' : `line ${line}`, why: reason }))
  if (details.length > 0) return refuse('not-valid', 'The rule has errors: mend them, or keep it switched off.', details)
  if (rules.length === 0) return refuse('not-valid', 'No rule in the text raises a finding of its own.')
  if (cost + others > MAX_COST)
    return refuse(
      'not-valid',
      `Together with the others in force it costs ${cost + others} comparisons for each observation: at most ${MAX_COST}.`,
    )
  return undefined
}

/** The rule as it is kept, and where it does not count though it is on. */
async function pageOf({ services: { database }, sites }: Asker, id: string): Promise<z.output<typeof OwnRulePage> | Refusal> {
  const found = await database.scoped(sites, (tx) => findOwnRule(tx, sites, id), 'read only')
  if (found === undefined) return noSuch('rule', id)
  const standing = await standingOf(database, found.site === null ? sites : [found.site])
  return { ...found, dropped: [...(standing.get(id) ?? [])] }
}

export const ownRuleRoutes = [
  route({
    on: 'GET /own-rules',
    may: 'rule.read',
    about: 'Rules that people of the sites wrote, the latest first',
    transaction: 'none',
    params: Nothing,
    query: OwnQuery,
    body: Nothing,
    reply: OwnRuleRows,
    run: async ({ sites, services: { database } }) => {
      const rows = await database.scoped(sites, (tx) => listOwnRules(tx, sites), 'read only')
      const standing = await standingOf(database, sites)
      return { items: rows.map((row) => ({ ...row, dropped: [...(standing.get(row.id) ?? [])] })) }
    },
  }),
  route({
    on: 'GET /own-rules/:id',
    may: 'rule.read',
    about: 'A rule as it is in force, and every version of it',
    transaction: 'none',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: OwnRulePage,
    run: (asker) => pageOf(asker, asker.params.id),
  }),
  route({
    on: 'GET /own-rules/:id/versions/:number',
    may: 'rule.read',
    about: 'An earlier version of a rule, as it was written',
    params: VersionOf,
    query: Nothing,
    body: Nothing,
    reply: OwnRuleText,
    run: async ({ tx, sites, params: { id, number } }) =>
      (await findVersion(tx, sites, id, number)) ?? noSuch('version', `${id}/${number}`),
  }),
  route({
    on: 'GET /rule-fields',
    may: 'rule.read',
    about: 'What a rule may name: log sources, fields, modifiers',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: FieldReference,
    run: () => fieldReference(),
  }),
  route({
    on: 'POST /own-rules/checks',
    may: 'rule.manage',
    audit: 'own-rule.checked',
    about: 'What a text would mean, beside the rules in force: nothing is kept',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: OwnQuestion,
    reply: OwnAnswer,
    run: async (asker) => {
      const { site, text, id } = asker.body
      asker.http.note({ ...(site === null ? {} : { site }), size: text.length })
      if (!mayWrite(asker, site)) return noSuch('site', site ?? 'all')
      const checked = await checkText(asker, site, id ?? 'rule', text)
      if (isRefusal(checked)) return checked
      const { others: _, ...answer } = checked
      return answer
    },
  }),
  route({
    on: 'POST /own-rules',
    may: 'rule.manage',
    audit: 'own-rule.made',
    about: 'A rule of one’s own, for one site or for all',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: NewOwnRule,
    reply: OwnRulePage,
    run: async (asker) => {
      const { body, me, services, http, change } = asker
      const { site, text, isOn } = body
      const rule = newId('rule')
      http.note({ ...(site === null ? {} : { site }), target: rule, isOn })
      if (!mayWrite(asker, site)) return noSuch('site', site ?? 'all')
      const checked = await checkText(asker, site, rule, text)
      if (isRefusal(checked)) return checked
      const wrong = isOn ? whyNotOn(checked) : undefined
      if (wrong) return wrong
      const made = await change(async (tx) => {
        if ((await countOwnRules(tx, site)) >= MAX_OWN) return refuse('conflict', `There are ${MAX_OWN} rules already.`)
        await insertOwnRule(tx, { rule, number: 1, site, text, isOn, done: 'written', checked, by: me.id })
        http.afterwards(() => void tellControls(services, site, ['rules'], rule))
        return rule
      })
      return pageOf(asker, made)
    },
  }),
  route({
    on: 'POST /own-rules/:id/versions',
    may: 'rule.manage',
    audit: 'own-rule.changed',
    about: 'Another text, on or off, or back to an earlier version: each makes a version, and all are kept',
    transaction: 'none',
    params: Id,
    query: Nothing,
    body: OwnChange,
    reply: OwnRulePage,
    run: async (asker) => {
      const { params, body, me, services, http, change, sites } = asker
      const { id } = params
      const known = await services.database.scoped(sites, (tx) => findOwnRule(tx, sites, id), 'read only')
      if (!known || !mayWrite(asker, known.site)) return noSuch('rule', id)
      const { site } = known
      http.note({ ...(site === null ? {} : { site }), target: id, after: body.after })
      const next = await nextVersion(asker, known, body)
      if (isRefusal(next)) return next
      http.note({ done: next.done })
      if (body.after !== known.number) return refuse('conflict', 'Somebody else changed the rule meanwhile. Reload it.')
      const checked = await checkText(asker, site, id, next.text)
      if (isRefusal(checked)) return checked
      const wrong = next.isOn ? whyNotOn(checked) : undefined
      if (wrong) return wrong
      await change(async (tx) => {
        const made = await replaceOwnRule(tx, { ...next, rule: id, number: known.number + 1, site, checked, by: me.id })
        if (!made) return refuse('conflict', 'Somebody else changed the rule meanwhile. Reload it.')
        http.afterwards(() => void tellControls(services, site, ['rules'], id))
        return made
      })
      return pageOf(asker, id)
    },
  }),
]

type Next = Pick<NewVersion, 'text' | 'isOn' | 'done'>

async function nextVersion(
  { services, sites }: Asker,
  known: { readonly id: string; readonly text: string; readonly isOn: boolean },
  { text, isOn, backTo }: { readonly text?: string | undefined; readonly isOn?: boolean | undefined; readonly backTo?: number | undefined },
): Promise<Next | Refusal> {
  if (backTo !== undefined) {
    const earlier = await services.database.scoped(sites, (tx) => findVersion(tx, sites, known.id, backTo), 'read only')
    return earlier ? { text: earlier.text, isOn: earlier.isOn, done: `back to ${backTo}` } : noSuch('version', `${known.id}/${backTo}`)
  }
  if (text === undefined && isOn === undefined) return refuse('not-valid', 'Give a text, on or off, or an earlier version.')
  const done = text !== undefined && text !== known.text ? 'changed' : isOn === true ? 'on' : 'off'
  return { text: text ?? known.text, isOn: isOn ?? known.isOn, done }
}
