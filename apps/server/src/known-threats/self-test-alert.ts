/** The second half of the self-test: what the packets told goes through the rules in force to an alert. */
import type { SelfTest } from '@isthmus/scanner'
import { createSite, type SiteOptions } from '@isthmus/site'

export type Outcome = Pick<SelfTest, 'ok' | 'says'>

export function alerted({ ok, says, told }: SelfTest, content: Pick<SiteOptions, 'rules'> & SiteOptions['content']): Outcome {
  if (!ok) return { ok, says }
  const site = createSite({ site: 'self-test', rules: content.rules, learningUs: 0, content })
  for (const seen of told) site.applyObservation(seen)
  site.finish()
  const { findings, alerts } = site.takeChanges()
  const [found] = findings.filter(({ fields }) => typeof fields.matches === 'string' && fields.matches !== '')
  const alert = alerts.find((one) => found !== undefined && one.findings.includes(found.id))
  if (alert === undefined) return { ok: false, says: `${says}, but no rule raised an alert` }
  return { ok, says: `${says}, alert of level ${alert.level} by ${alert.rules[0]}` }
}
