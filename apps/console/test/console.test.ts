/** A walk through the built console in a real browser, on a real server that has read the demonstration plant. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { complaints, openStage, PASSWORD, type Stage } from './stage.ts'

/** Long enough for the story's learning and its intrusion. */
const STORY_SECONDS = 130 * 60

describe('the console', () => {
  let stage: Stage
  let page: Page
  let said: string[]

  before(async () => {
    stage = await openStage({ plantSeconds: STORY_SECONDS })
    const opened = await stage.open({ reducedMotion: 'reduce' })
    page = opened.page
    said = complaints(page)
  })
  after(() => stage?.close())

  const rows = () => page.locator('[role="grid"] .table-row')
  const selected = () => page.locator('[role="grid"] .table-row-on')

  it('keeps the policy of no inline script and no inline style on every page it opens', async () => {
    for (const path of ['/now', '/alerts', '/map', '/process', '/captures', '/settings']) {
      await page.goto(path)
      await page.locator('h1').waitFor()
    }
    assert.deepEqual(said.splice(0), [])
  })

  it('answers on the first page what is on fire, what changed and where it is blind', async () => {
    await page.goto('/now')
    await page.getByRole('heading', { name: 'Is anything on fire' }).waitFor()
    await page.getByRole('heading', { name: 'What changed' }).waitFor()
    await page.getByRole('heading', { name: /Are we/ }).waitFor()
    await page.locator('.now-incidents a').first().click()
    await page.waitForURL(/\/incidents\//)
    await page.getByRole('heading', { name: 'How it went' }).waitFor()
  })

  it('works the alert queue by keys alone: move, choose, take, resolve, undo', async () => {
    await page.goto('/alerts?site=works')
    await rows().first().waitFor()
    const before = Number(await page.getByRole('grid', { name: 'Alerts' }).getAttribute('aria-rowcount')) - 1
    assert.ok(before >= 3, `${before} alerts`)
    await page.keyboard.press('j')
    await page.waitForURL(/sel=/)
    const first = await selected().locator('[role="gridcell"]').nth(3).textContent()
    await page.keyboard.press('j')
    await page.waitForFunction(
      (text) => document.querySelector('.table-row-on [role="gridcell"]:nth-child(4)')?.textContent !== text,
      first,
    )
    await page.keyboard.press('k')
    await page.getByRole('complementary', { name: 'Alert' }).waitFor()
    await page.keyboard.press('t')
    await page.getByText('Assigned 1 alert').waitFor()
    await page.getByRole('complementary', { name: 'Alert' }).getByText('ADMIN').first().waitFor()

    await page.keyboard.press('x')
    await page.getByText('1 alert chosen').waitFor()
    await page.keyboard.press('e')
    await page.getByLabel('How did it end').selectOption('benign')
    await page.getByLabel('Note').fill('Planned maintenance, order 4711')
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click()
    await page.getByText(/Resolved 1 alert as benign/).waitFor()
    await page.waitForFunction((n) => document.querySelectorAll('[role="grid"] .table-row').length === n, before - 1)

    await page.keyboard.press('u')
    await page.getByText('Took back 1 change').waitFor()
    await page.waitForFunction((n) => document.querySelectorAll('[role="grid"] .table-row').length === n, before)
    assert.deepEqual(said.splice(0), [])
  })

  it('opens an alert that says what happened, why it is believed, and what not to do', async () => {
    await page.goto('/alerts?site=works')
    await rows().first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/alerts\/[^?]/)
    for (const name of ['What happened', 'Why we believe it', 'Who and where', 'Check first'])
      await page.getByRole('heading', { name, exact: true }).waitFor()
    const points = await page.locator('.score-sum td.num').allTextContents()
    const parts = points.slice(0, -1).map((text) => Number(text.replace('−', '-')))
    assert.equal(
      parts.reduce((sum, each) => sum + each, 0),
      Number(points.at(-1)),
      `the parts ${points} add up`,
    )
    await page.locator('.evidence-rows .evidence').first().click()
    await page.waitForURL(/\/packets\/\d+/)
    await page.locator('.tree-line').first().waitFor()
    assert.ok((await page.locator('.hex-bytes .hex-claim').count()) > 0, 'the bytes of the claim are marked')
  })

  it('shows an asset with the facts behind each attribute, and lets a person overrule and take back', async () => {
    await page.goto('/assets?site=works&type=plc')
    await rows().first().locator('a').first().click()
    await page.getByRole('heading', { name: 'What it is, and how we know' }).waitFor()
    await page.locator('.attributes .evidence').first().waitFor()
    await page.getByRole('button', { name: /Set an attribute/ }).click()
    await page.getByLabel('Value').selectOption('2')
    await page.getByRole('dialog').getByRole('button', { name: 'Set', exact: true }).click()
    await page.getByText('set by a person').waitFor()
    await page.getByRole('button', { name: /Set an attribute/ }).click()
    await page.getByRole('button', { name: 'Take back' }).click()
    await page.getByText('set by a person').waitFor({ state: 'detached' })
  })

  it('follows an intrusion over the levels, mark by mark, and zooms by dragging', async () => {
    await page.goto('/incidents?site=works')
    await rows().first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.locator('.timeline .step-mark').first().waitFor()
    const marks = await page.locator('.timeline .step-mark').count()
    assert.equal(marks, await page.locator('.incident-steps > li').count())
    assert.ok((await page.locator('.lane-name').count()) >= 2, 'more than one level')
    await page.getByRole('button', { name: 'By time' }).click()
    const box = (await page.locator('.timeline').boundingBox())!
    await page.mouse.move(box.x + 140, box.y + 6)
    await page.mouse.down()
    await page.mouse.move(box.x + 220, box.y + 6, { steps: 4 })
    await page.mouse.up()
    await page.getByRole('button', { name: 'Whole incident' }).waitFor()
    assert.ok((await page.locator('.incident-steps > li').count()) < marks, 'the list follows the brush')
  })

  it('finds anything from the palette and goes there', async () => {
    await page.goto('/now')
    await page.locator('h1').waitFor()
    await page.keyboard.press('/')
    await page.getByRole('combobox').fill('plc')
    await page.getByRole('option').filter({ hasText: /plc/i }).first().waitFor()
    await page.getByRole('combobox').fill('blind')
    await page.getByRole('option', { name: /Go to Blind spots/ }).click()
    await page.waitForURL(/\/coverage/)
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Next row').waitFor()
    await page.keyboard.press('Escape')
  })

  it('keeps site, time and filters in the address', async () => {
    await page.goto('/sessions?site=works&protocol=modbus')
    await rows().first().waitFor()
    await page.getByRole('button', { name: /Time range/ }).click()
    await page.getByRole('button', { name: 'Last hour' }).click()
    await page.waitForURL(/range=1h/)
    await page.getByRole('navigation').getByRole('link', { name: 'Assets' }).click()
    await page.waitForURL(/\/assets\?/)
    assert.match(page.url(), /site=works/)
    assert.match(page.url(), /range=1h/)
  })

  it('names what failed and tries again', async () => {
    await page.route('**/api/v1/rules', (route) =>
      route.fulfill({ status: 500, json: { code: 'bug', message: 'Something failed on our side.' } }),
    )
    await page.goto('/rules')
    await page.getByRole('alert').getByText('Something failed on our side.').waitFor()
    await page.unroute('**/api/v1/rules')
    await page.getByRole('button', { name: 'Try again' }).click()
    await rows().first().waitFor()
    said.splice(0)
  })

  it('draws process values with the writes under them', async () => {
    await page.goto('/process?site=works&written=true')
    await page.locator('.tag-card .trend-write').first().waitFor()
    await page.locator('.tag-card a').first().click()
    await page.locator('.chart canvas').waitFor()
    await page.getByRole('heading', { name: 'Who reads and writes it' }).waitFor()
    assert.deepEqual(said.splice(0), [])
  })

  it('asks to sign in again when the server no longer knows who it is, and comes back to the same view', async () => {
    const opened = await stage.open()
    await opened.page.goto('/alerts?site=works')
    await opened.page.locator('.table-row').first().waitFor()
    await opened.context.clearCookies()
    await opened.page.getByLabel('Level').first().selectOption('high')
    await opened.page.waitForURL(/\/sign-in\?next=/)
    await opened.page.getByLabel('Name').fill('admin')
    await opened.page.getByLabel('Password').fill(PASSWORD)
    await opened.page.getByRole('button', { name: 'Sign in' }).click()
    await opened.page.waitForURL(/\/alerts\?.*level=high/)
    await opened.context.close()
  })

  it('leaves no dead link: every address that pages lead to shows something', async () => {
    const seen = new Set<string>()
    const shapes = new Set<string>()
    const waiting = ['/now?site=works']
    while (waiting.length > 0 && shapes.size < 60) {
      const path = waiting.shift()!
      await page.goto(path)
      await page.waitForFunction(
        () => document.querySelector('h1, .state h2') !== null && document.querySelector('[aria-busy="true"]') === null,
      )
      assert.equal(await page.getByText('There is no such page').count(), 0, path)
      assert.equal(await page.getByText('This could not be shown').count(), 0, path)
      for (const link of await page.locator('a[href^="/"]').evaluateAll((links) => links.map((each) => each.getAttribute('href')!))) {
        // One address of each shape is enough: ids and values differ, the page is the same.
        const shape = link
          .replaceAll(/\/[a-z]+-[0-9a-f]{8,}|\/\d+(?=[/?]|$)/g, '/:id')
          .replaceAll(/=[^&]*/g, '=')
          .replace(/rules\/[^?]+/, 'rules/:id')
        if (seen.has(link) || shapes.has(shape) || link.startsWith('/sign-in')) continue
        seen.add(link)
        shapes.add(shape)
        waiting.push(link)
      }
    }
    assert.ok(shapes.size >= 20, `${shapes.size} shapes of addresses`)
    assert.deepEqual(said.splice(0), [])
  })
})
