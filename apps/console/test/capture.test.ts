/** From a file on somebody's disk to a site they can look at, through the page. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { writePlantCapture } from '../../plant/src/index.ts'
import { complaints, openStage, type Stage } from './stage.ts'

describe('a capture', () => {
  let stage: Stage
  let page: Page
  let said: string[]
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-drop-'))
  const whole = join(folder, 'span.pcap')
  const torn = join(folder, 'torn.pcap')

  before(async () => {
    await writePlantCapture(whole, { seconds: 120, quiet: true })
    await writePlantCapture(torn, { seconds: 60, seed: 2, quiet: true })
    truncateSync(torn, 20_001)
    stage = await openStage()
    page = (await stage.open()).page
    said = complaints(page)
  })
  after(async () => {
    await stage?.close()
    rmSync(folder, { recursive: true })
  })

  it('says what would be there while nothing is, and how to get it', async () => {
    await page.goto('/now')
    await page.getByText('Nothing has been seen yet').waitFor()
    await page.getByRole('link', { name: 'open Captures' }).click()
    await page.getByText('No capture yet').waitFor()
  })

  it('goes up with progress, is read, and leads to what was found, while another window follows by itself', async () => {
    const other = (await stage.open()).page
    await other.goto('/assets?site=works')
    await other.getByText('No asset yet').waitFor()
    await page.goto('/captures?site=works')
    await page.getByLabel('Capture files').setInputFiles(whole)
    await page.waitForURL(/\/captures\/[^?]+\?/)
    await page.getByText('Read whole').waitFor()
    await page.getByRole('group', { name: 'What was found' }).getByRole('link', { name: 'Assets' }).click()
    await page.locator('.table-row').first().waitFor()
    assert.ok((await page.locator('.table-row').count()) > 5)
    await other.locator('.table-row').first().waitFor()
    await other.context().close()
    assert.deepEqual(said.splice(0), [])
  })

  it('names what could not be read of a torn file, with the place', async () => {
    await page.goto('/captures?site=works')
    await page.getByLabel('Capture files').setInputFiles(torn)
    await page.waitForURL(/\/captures\/[^?]+\?/)
    await page.getByText(/Read, with 1 problem/).waitFor()
    assert.match(
      (await page.locator('section', { hasText: 'Problems while reading' }).locator('td.mono').first().textContent()) ?? '',
      /\d/,
    )
  })

  it('refuses what is no capture in words', async () => {
    const other = join(folder, 'notes.pcap')
    writeFileSync(other, 'Dear diary, today the pumps were quiet.')
    await page.goto('/captures?site=works')
    await page.getByLabel('Capture files').setInputFiles(other)
    await page.waitForURL(/\/captures\/[^?]+\?/)
    await page.getByText('Could not be read').waitFor()
    await page.getByRole('alert').waitFor()
  })

  it('is removed by whoever may, after being asked', async () => {
    await page.goto('/captures?site=works')
    await page.getByRole('link', { name: 'torn.pcap' }).click()
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.waitForURL(/\/captures\?/)
    await page.getByRole('link', { name: 'span.pcap' }).waitFor()
    await page.getByRole('link', { name: 'torn.pcap' }).waitFor({ state: 'detached' })
  })
})
