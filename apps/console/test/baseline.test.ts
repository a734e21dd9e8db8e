/** What was learnt of the demonstration plant, and what a person says of it, through the page. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { complaints, openStage, type Stage } from './stage.ts'

describe('the baseline', () => {
  let stage: Stage
  let page: Page
  let said: string[]
  before(async () => {
    stage = await openStage({ plantSeconds: 130 * 60 })
    page = (await stage.open({ reducedMotion: 'reduce' })).page
    said = complaints(page)
  })
  after(() => stage?.close())

  it('shows what is new, and takes an approval with its end', async () => {
    await page.goto('/baseline?site=works&state=new')
    await page.getByText('new behaviour is told, and stays new until a person approves it').waitFor()
    const row = page.locator('.table-row', { hasText: 'New client of a controller' }).first()
    await row.click({ position: { x: 30, y: 10 } })
    await page.keyboard.press('e')
    await page.getByLabel('It counts').selectOption('7')
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await page.goto('/baseline?site=works&state=decided')
    await page.locator('.table-row', { hasText: 'Approved' }).first().waitFor()
    assert.match((await page.locator('.table-row').first().textContent()) ?? '', /by admin until 08 Dec/)
    assert.deepEqual(said.splice(0), [])
  })

  it('shows how much a link carries, and takes the most that it may', async () => {
    await page.goto('/baseline?site=works&kind=volume')
    await page
      .locator('.table-row', { hasText: 'an hour' })
      .first()
      .click({ position: { x: 30, y: 10 } })
    await page.getByText('Most learnt').waitFor()
    await page.keyboard.press('l')
    await page.getByLabel('Most within 1 h').fill('plenty')
    await page.getByRole('dialog').getByRole('button', { name: 'Set', exact: true }).click()
    await page.getByText('plenty must be an amount such as 500 MB.').waitFor()
    await page.getByLabel('Most within 1 h').fill('500 MB')
    await page.getByRole('dialog').getByRole('button', { name: 'Set', exact: true }).click()
    await page.getByText('May carry').waitFor()
    await page.locator('.table-row', { hasText: '500 MB an hour' }).first().waitFor()
    assert.deepEqual(said.splice(0), [])
  })

  it('says in plain words where learning stands, for the site and for an asset', async () => {
    await page.getByRole('button', { name: 'Learning times' }).click()
    await page.getByLabel('The site learns').fill('91 d')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('91 d is too long: at most 90 d.').waitFor()
    await page.getByLabel('The site learns').fill('14 d')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Learning until 15 Dec 05:00:00: new behaviour is not yet told, threats are.').waitFor()
    await page.goto('/assets?site=works&type=plc')
    await page.locator('.table-row a').first().click()
    await page.getByText('Learning until 15 Dec 05:00:00').waitFor()
    await page.getByRole('link', { name: /learnt, \d+ new/ }).click()
    await page.getByRole('button', { name: 'One asset ×' }).waitFor()
    assert.deepEqual(said.splice(0), [])
  })
})
