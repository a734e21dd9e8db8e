/** What people decide beforehand, through the pages: a suppression tried before it is made, and a work order. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { complaints, openStage, type Stage } from './stage.ts'

describe('decisions', () => {
  let stage: Stage
  let page: Page
  let said: string[]
  before(async () => {
    stage = await openStage({ plantSeconds: 130 * 60 })
    page = (await stage.open({ reducedMotion: 'reduce' })).page
    said = complaints(page)
  })
  after(() => stage?.close())

  it('tries a suppression on what is stored, makes it, says what it hides, and ends it', async () => {
    await page.goto('/alerts?site=works')
    await page.locator('.table-row a').first().click()
    await page.getByRole('heading', { name: 'Why we believe it' }).waitFor()
    await page.keyboard.press('s')
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/\d+ of \d+ findings would have been hidden\./).waitFor()
    assert.ok((await dialog.locator('.suppress-differences li').count()) > 0)
    // Nobody has this address: what is tried follows what is typed.
    await dialog.getByLabel('Source').fill('192.0.2.1')
    await dialog.getByText(/None of \d+ findings would have been hidden\./).waitFor()
    await dialog.getByLabel('Source').fill('')
    await dialog.getByText(/\d+ of \d+ findings would have been hidden\./).waitFor()
    await dialog.getByLabel('Why this is known to be nothing').fill('The acceptance test of this week')
    await dialog.getByRole('button', { name: 'Suppress' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.goto('/alerts?site=works')
    await page.getByRole('link', { name: '0 findings hidden by 1 suppression' }).click()
    await page.locator('.table-row', { hasText: 'The acceptance test of this week' }).click({ position: { x: 30, y: 10 } })
    await page.getByRole('button', { name: 'End it now' }).click()
    await page.locator('.table-row', { hasText: 'Ended' }).waitFor()
    assert.deepEqual(said.splice(0), [])
  })

  it('takes a work order, names the field that is wrong, and shows who may do what', async () => {
    await page.goto('/authorised-changes?site=works')
    await page.getByText('No work is ordered').waitFor()
    await page.keyboard.press('n')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Number of the order').fill('WO 4711')
    await dialog.getByLabel('From', { exact: true }).fill('2026-12-01T06:00')
    await dialog.getByLabel('Until').fill('2026-12-01T09:00')
    await dialog.getByLabel('On what').fill('10.20.10.12')
    await dialog.getByLabel('Program download').check()
    await dialog.getByRole('button', { name: 'Authorise' }).click()
    await dialog.getByText(/name the hosts or the users who do the work/).waitFor()
    await dialog.getByLabel('From which hosts').fill('10.20.20.30')
    await dialog.getByRole('button', { name: 'Authorise' }).click()
    const row = page.locator('.table-row', { hasText: 'WO 4711' })
    await row.waitFor()
    assert.match((await row.textContent()) ?? '', /WO 4711.*10\.20\.10\.12.*10\.20\.20\.30.*Program download/)
    await row.click({ position: { x: 30, y: 10 } })
    await page.getByText('Nothing that was seen.').waitFor()
    await page.getByRole('complementary').getByText('Work order', { exact: false }).first().waitFor()
    // The browser's log names the refused attempt, and nothing else.
    assert.ok(said.splice(0).every((line) => /400/.test(line)))
  })
})
