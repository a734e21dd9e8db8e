/** Every page of the console with an address that shows something, found through the API as a person would find it. */
import type { Page } from 'playwright-core'
import type { Decided } from './decided.ts'
import type { Stage } from './stage.ts'

export type Visit = {
  readonly name: string
  readonly path: string
  readonly isForPhone?: boolean
  readonly act?: (page: Page) => Promise<unknown>
}

const press = (key: string) => (page: Page) => page.keyboard.press(key)
const see = (heading: string) => (page: Page) => page.getByRole('heading', { name: heading, exact: true }).scrollIntoViewIfNeeded()
const row = (page: Page) =>
  page
    .locator('.table-row')
    .first()
    .click({ position: { x: 30, y: 10 } })

export async function visits(stage: Stage, decided: Decided): Promise<readonly Visit[]> {
  const context = await stage.browser.newContext({ baseURL: stage.origin })
  const admin = await stage.server.person(`visitor-${Math.floor(performance.now())}`, [{ role: 'viewer', site: null }])
  await context.close()
  const first = async (path: string): Promise<Record<string, string>> => (await admin.get(path)).body.items[0] ?? {}
  const [alert, incident, plc, session, tag, capture, rule, program] = await Promise.all([
    first('/alerts?site=works'),
    first('/incidents?site=works'),
    first('/assets?site=works&type=plc'),
    first('/sessions?site=works&protocol=s7comm'),
    first('/tags?site=works&written=true'),
    first('/captures?site=works'),
    first('/rules'),
    first('/programs?site=works'),
  ])
  const reprogrammed = await first(`/alerts?site=works&asset=${program['asset']}`)
  const evidence =
    plc['id'] === undefined
      ? undefined
      : (await admin.get(`/assets/${plc['id']}`)).body.facts.find(
          (fact: { evidence: { bytes: [number, number]; packets: [number, number] } }) => fact.evidence.bytes[1] > fact.evidence.bytes[0],
        )?.evidence
  return [
    { name: 'now', path: '/now?site=works', isForPhone: true },
    { name: 'alerts', path: '/alerts?site=works' },
    { name: 'alerts-panel', path: `/alerts?site=works&sel=${alert['id']}` },
    { name: 'alert', path: `/alerts/${alert['id']}?site=works`, isForPhone: true },
    { name: 'incidents', path: '/incidents?site=works' },
    { name: 'incident', path: `/incidents/${incident['id']}?site=works`, isForPhone: true },
    { name: 'assets', path: '/assets?site=works' },
    { name: 'assets-many', path: '/assets?site=seed' },
    { name: 'assets-panel', path: `/assets?site=works&sel=${plc['id']}` },
    { name: 'asset', path: `/assets/${plc['id']}?site=works` },
    { name: 'program', path: `/programs/${program['id']}?site=works` },
    { name: 'asset-program', path: `/assets/${program['asset']}?site=works`, act: see('Program') },
    { name: 'alert-program', path: `/alerts/${reprogrammed['id']}?site=works`, act: see("The controller's program") },
    { name: 'map', path: '/map?site=works' },
    { name: 'map-host', path: `/map?site=works&at=${plc['id']}` },
    { name: 'map-many', path: '/map?site=seed' },
    { name: 'map-table', path: '/map?site=works&as=table' },
    { name: 'sessions', path: '/sessions?site=works' },
    { name: 'session', path: `/sessions/${session['id']}?site=works` },
    { name: 'operations', path: '/operations?site=works' },
    { name: 'process', path: '/process?site=works' },
    { name: 'process-table', path: '/process?site=works&as=table' },
    { name: 'tag', path: `/process/${tag['id']}?site=works` },
    { name: 'captures', path: '/captures?site=works' },
    { name: 'capture', path: `/captures/${capture['id']}?site=works` },
    {
      name: 'packet',
      path: `/captures/${capture['id']}/packets/${evidence?.packets[1] ?? 1}?site=works&bytes=${evidence?.bytes.join('-') ?? ''}`,
    },
    { name: 'coverage', path: '/coverage?site=works' },
    { name: 'baseline', path: '/baseline?site=works' },
    { name: 'baseline-none', path: '/baseline?site=seed' },
    { name: 'baseline-panel', path: '/baseline?site=works', act: row },
    { name: 'baseline-approve', path: '/baseline?site=works', act: (page) => row(page).then(() => page.keyboard.press('e')) },
    { name: 'baseline-add', path: '/baseline?site=works', act: press('n') },
    { name: 'baseline-times', path: '/baseline?site=works', act: (page) => page.getByRole('button', { name: 'Learning times' }).click() },
    { name: 'packs', path: '/packs?site=works', act: (page) => page.locator('summary').first().click() },
    {
      name: 'packs-install',
      path: '/packs?site=works',
      act: async (page) => {
        await page.keyboard.press('n')
        await page.getByLabel('File').setInputFiles(decided.strangePack)
        await page.getByRole('button', { name: 'Install', exact: true }).click()
        await page.getByText(/which nobody here trusts/).waitFor()
      },
    },
    {
      name: 'packs-key',
      path: '/packs?site=works',
      act: async (page) => {
        await page.getByRole('button', { name: 'Trust a key' }).click()
        await page.getByLabel('Public key').setInputFiles(decided.keyFile)
      },
    },
    { name: 'packs-back', path: '/packs?site=works', act: (page) => page.getByRole('button', { name: 'Go back' }).click() },
    { name: 'known-threats', path: '/known-threats?site=works', act: (page) => page.locator('summary').first().click() },
    { name: 'known-threats-add', path: '/known-threats?site=works', act: press('n') },
    { name: 'known-threats-feed', path: '/known-threats?site=works', act: press('f') },
    { name: 'hunts', path: '/hunts?site=works' },
    { name: 'hunts-new', path: '/hunts?site=works', act: press('n') },
    { name: 'hunt', path: `/hunts/${decided.hunt}?site=works` },
    { name: 'suppressions', path: '/suppressions?site=works' },
    { name: 'suppressions-none', path: '/suppressions?site=seed' },
    { name: 'suppressions-panel', path: '/suppressions?site=works', act: row },
    { name: 'suppressions-new', path: '/suppressions?site=works', act: press('n') },
    { name: 'changes', path: '/authorised-changes?site=works' },
    { name: 'changes-none', path: '/authorised-changes?site=seed' },
    { name: 'changes-panel', path: '/authorised-changes?site=works', act: row },
    { name: 'changes-new', path: '/authorised-changes?site=works', act: press('n') },
    { name: 'suppress', path: `/alerts/${alert['id']}?site=works`, act: press('s') },
    { name: 'rules', path: '/rules' },
    { name: 'detection', path: '/detection' },
    { name: 'detection-site', path: '/detection?site=works' },
    { name: 'rule-thresholds', path: '/rules?sel=port-scan' },
    { name: 'rule', path: `/rules/${rule['name']}` },
    { name: 'own-rules', path: '/own-rules?site=works' },
    { name: 'own-rule', path: '/own-rules/new?site=works' },
    { name: 'own-rule-wrong', path: `/own-rules/${decided.ownRule}?site=works` },
    {
      name: 'own-rule-build',
      path: '/own-rules/new?site=works',
      act: (page) => page.getByRole('button', { name: 'Build', exact: true }).click(),
    },
    { name: 'rule-of-pack', path: '/rules/scale-spoken-to?site=works' },
    { name: 'settings', path: '/settings' },
    { name: 'nowhere', path: '/no-such-room' },
    { name: 'palette', path: '/now?site=works', act: (page) => page.keyboard.press('Control+k').then(() => page.keyboard.type('plc')) },
    { name: 'help', path: '/alerts?site=works', act: (page) => page.keyboard.press('?') },
  ]
}
