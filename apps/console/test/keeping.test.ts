/** What the console keeps for people: what they typed, what they filtered by, and the width of their window. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { SMALL } from '../../server/src/testing/seed.ts'
import type { Client } from '../../server/src/testing/server.ts'
import { complaints, openStage, type Stage } from './stage.ts'

const LISTS = [
  'alerts',
  'incidents',
  'assets',
  'sessions',
  'operations',
  'rules',
  'baseline',
  'suppressions',
  'authorised-changes',
  'own-rules',
  'packs',
  'hunts',
]

describe('what the console keeps', () => {
  let stage: Stage
  let page: Page
  let said: string[]
  let admin: Client
  before(async () => {
    stage = await openStage({
      volume: { ...SMALL, assets: 30, sessions: 60, operations: 30, tags: 10, samples: 5, alerts: 30, incidents: 3 },
    })
    admin = await stage.server.person('keeper', [{ role: 'administrator', site: null }])
    page = (await stage.open({ viewport: { width: 1024, height: 768 }, reducedMotion: 'reduce' })).page
    said = complaints(page)
  })
  after(() => stage?.close())

  it('a text of the rule editor through leaving it, and through what others save', async () => {
    const made = await admin.post('/own-rules', { site: 'works', text: 'title: Ours\nlevel: {\n', isOn: false })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    const at = `/own-rules/${made.body.id}?site=works`
    await page.goto(at)
    const text = page.getByLabel('The rule, in YAML')
    await text.fill('title: Ours, and better\n')
    await page.getByRole('link', { name: 'Own rules' }).first().click()
    await page.getByRole('heading', { name: 'Own rules' }).waitFor()
    assert.match((await page.locator('.plain-table').textContent()) ?? '', /Ours.*Line \d.*Off, \d error/)
    await page.goBack()
    await page.getByText('This is what you wrote here and have not saved.').waitFor()
    assert.equal(await text.inputValue(), 'title: Ours, and better\n')
    assert.equal((await admin.post(`/own-rules/${made.body.id}/versions`, { after: 1, text: 'title: Theirs\n' })).status, 200)
    await page.goto(at)
    await page.getByText('over version 1; version 2 is kept since: saving yours replaces it').waitFor()
    assert.equal(await text.inputValue(), 'title: Ours, and better\n')
    await page.getByRole('button', { name: 'Throw it away' }).click()
    assert.equal(await text.inputValue(), 'title: Theirs\n')
    assert.deepEqual(said.splice(0), [])
  })

  it('filters and the row of a list through a page behind it and back', async () => {
    await page.goto('/alerts?site=seed')
    await page.locator('.table-row').first().waitFor()
    await page.getByLabel('Filter by What happened').fill('a')
    await page.waitForURL(/q=a/)
    await page.locator('.table-row a').first().click()
    await page.waitForURL(/\/alerts\/[^?]+/)
    await page.goBack()
    await page.waitForURL(/\/alerts\?.*q=a/)
    assert.equal(await page.getByLabel('Filter by What happened').inputValue(), 'a')
    await page.goForward()
    await page.waitForURL(/\/alerts\/[^?]+/)
    assert.deepEqual(said.splice(0), [])
  })

  it('every list within a window of 1024, and its panel beside it', async () => {
    const found: string[] = []
    const measure = async (name: string) => {
      const wide = await page.evaluate(() =>
        [...document.querySelectorAll('.table, .scroll-x, main')].map((one) => one.scrollWidth - one.clientWidth),
      )
      if (wide.some((px) => px > 0)) found.push(`${name}: ${wide.join(', ')} px too wide`)
    }
    for (const name of LISTS) {
      await page.goto(`/${name}?site=seed`)
      await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null && document.querySelector('h1') !== null)
      await measure(name)
      const row = page.locator('.table-row').first()
      if ((await row.count()) === 0) continue
      await row.click({ position: { x: 60, y: 10 } })
      await measure(`${name} with its panel`)
    }
    assert.deepEqual(found, [])
    assert.deepEqual(said.splice(0), [])
  })
})
