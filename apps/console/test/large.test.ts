/** What must stay fluid at size is counted, not timed: nodes in the document, frames painted, requests made. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { openStage, type Stage } from './stage.ts'

const ASSETS = 10_000
/** Rows of a screen and those kept ready around it, times the cells of a row and what is in them, and the page's frame. */
const MOST_NODES = 3_000

describe('ten thousand assets', () => {
  let stage: Stage
  let page: Page

  before(async () => {
    stage = await openStage({ volume: { assets: ASSETS, sessions: 500, operations: 100, tags: 20, samples: 5, alerts: 200, incidents: 4 } })
    page = (await stage.open({ reducedMotion: 'reduce' })).page
  })
  after(() => stage?.close())

  it('scroll from end to end with a screenful of rows in the document', async () => {
    await page.goto('/assets?site=seed')
    const grid = page.getByRole('grid', { name: 'Assets' })
    await page.locator('.table-row').first().waitFor()
    assert.equal(await grid.getAttribute('aria-rowcount'), String(ASSETS + 1))
    let deepest = 0
    for (let n = 0; n < 200 && deepest < ASSETS + 1; n++) {
      await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight))
      await page.waitForFunction(
        (last) => Math.max(...[...document.querySelectorAll('.table-row')].map((row) => Number(row.getAttribute('aria-rowindex')))) > last,
        deepest,
      )
      deepest = await grid.evaluate(() =>
        Math.max(...[...document.querySelectorAll('.table-row')].map((row) => Number(row.getAttribute('aria-rowindex')))),
      )
      const nodes = await page.evaluate(() => document.querySelectorAll('*').length)
      assert.ok(nodes < MOST_NODES, `${nodes} nodes at row ${deepest}`)
    }
    assert.equal(deepest, ASSETS + 1, 'the last asset is reached')
  })

  it('sort and filter at the server, and say so in the address', async () => {
    await page.goto('/assets?site=seed')
    await page.locator('.table-row').first().waitFor()
    await page.getByRole('columnheader', { name: 'Vendor' }).getByRole('button').click()
    await page.waitForURL(/sort=-?vendor/)
    await page.getByLabel('Filter by Type').selectOption('plc')
    await page.waitForURL(/type=plc/)
    await page.waitForFunction(() => [...document.querySelectorAll('.table-row')].every((row) => row.textContent?.includes('PLC')))
    await page.getByLabel('Filter by Name').fill('PLC-120')
    await page.waitForURL(/q=PLC-120/)
    await page.waitForFunction(() => document.querySelectorAll('.table-row').length < 20)
  })

  it('choose their columns, and remember them', async () => {
    await page.goto('/assets?site=seed')
    await page.locator('.table-row').first().waitFor()
    await page.getByRole('button', { name: 'Choose columns' }).click()
    await page.getByRole('checkbox', { name: 'MAC' }).check()
    await page.reload()
    await page.getByRole('columnheader', { name: 'MAC' }).waitFor()
  })

  it('are drawn on the map, found there by name, and moved by hand without a new layout', async () => {
    await page.goto('/map?site=seed')
    await page.locator('.map-canvas[data-painted]').waitFor()
    const count = await page.locator('.page-count').textContent()
    const hosts = Number(count?.replaceAll(',', '').match(/^\d+/)?.[0])
    assert.ok(hosts >= 5000, `${count}`)
    const painted = () => page.locator('.map-canvas').evaluate((canvas) => Number((canvas as HTMLElement).dataset['painted']))
    const before = await painted()
    const box = (await page.locator('.map-canvas').boundingBox())!
    await page.mouse.move(box.x + 500, box.y + 300)
    await page.mouse.wheel(0, -600)
    await page.mouse.down()
    await page.mouse.move(box.x + 300, box.y + 200, { steps: 20 })
    await page.mouse.up()
    await page.waitForFunction((n) => Number((document.querySelector('.map-canvas') as HTMLElement).dataset['painted']) > n, before)
    assert.ok((await painted()) - before <= 24, 'no more than a frame a movement')
    await page.getByLabel('Find a host on the map').fill('PLC-120')
    await page.keyboard.press('Enter')
    await page.waitForURL(/at=asset/)
    await page.getByRole('complementary', { name: 'Host' }).waitFor()
    assert.ok((await page.evaluate(() => document.querySelectorAll('*').length)) < MOST_NODES, 'hosts are paint, not nodes')
  })
})
