/** Every page in both themes: nothing that keeps somebody from using it, by axe's serious and critical rules. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { decide } from './decided.ts'
import { openStage, type Stage } from './stage.ts'
import { type Visit, visits } from './visits.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const GRAVE = new Set(['serious', 'critical'])

type Violation = {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[]
}

describe('every page', () => {
  let stage: Stage
  let all: readonly Visit[]

  before(async () => {
    stage = await openStage({
      plantSeconds: 130 * 60,
      volume: { assets: 300, sessions: 500, operations: 200, tags: 50, samples: 20, alerts: 60, incidents: 4 },
    })
    all = await visits(stage, await decide(await stage.server.person('decider', [{ role: 'administrator', site: null }])))
  })
  after(() => stage?.close())

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`is usable in ${colorScheme}, as far as axe can tell`, async () => {
      const { context, page } = await stage.open({ colorScheme, reducedMotion: 'reduce', bypassCSP: true })
      const found: string[] = []
      for (const visit of all) {
        await page.goto(visit.path)
        await settled(page)
        await visit.act?.(page)
        await settled(page)
        for (const violation of await violations(page)) {
          found.push(`${visit.name}: ${violation.id}: ${violation.nodes[0]?.target.join(' ')}: ${violation.nodes[0]?.failureSummary}`)
        }
      }
      await context.close()
      assert.deepEqual(found, [])
    })
  }

  it('fits a telephone in one column where a site leader needs it', async () => {
    const { context, page } = await stage.open({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
    for (const visit of all.filter((each) => each.isForPhone)) {
      await page.goto(visit.path)
      await settled(page)
      const wide = await page.evaluate(() => document.querySelector('main')!.scrollWidth - document.querySelector('main')!.clientWidth)
      assert.ok(wide <= 0, `${visit.name} is ${wide} px too wide`)
    }
    await context.close()
  })

  it('prints an incident without the frame around it', async () => {
    const { context, page } = await stage.open()
    await page.goto(all.find((each) => each.name === 'incident')!.path)
    await settled(page)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.locator('.rail').isVisible(), false)
    assert.equal(await page.locator('.incident-steps').isVisible(), true)
    await context.close()
  })
})

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null && document.querySelector('h1, h2') !== null)
}

async function violations(page: Page): Promise<readonly Violation[]> {
  await page.evaluate(AXE)
  const results = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Violation[] }> } }
    return (await axe.run({ resultTypes: ['violations'] })).violations
  })
  return results.filter((violation) => GRAVE.has(violation.impact))
}
