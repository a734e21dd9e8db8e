/**
 * Takes a picture of every page in both themes at two widths, and of the phone's pages at a phone's width.
 *
 *   node apps/console/test/screenshots.ts OUT [--only now,alerts] [--wide] [--large]
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright-core'
import { LARGE, SMALL } from '../../server/src/testing/seed.ts'
import { decide } from './decided.ts'
import { complaints, openStage } from './stage.ts'
import { visits } from './visits.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    theme: { type: 'string' },
    width: { type: 'string' },
    large: { type: 'boolean' },
    seconds: { type: 'string', default: '7800' },
  },
})
const out = positionals[0] ?? 'screenshots'
const only = values.only?.split(',')
mkdirSync(out, { recursive: true })
const stage = await openStage({ volume: values.large ? LARGE : SMALL, plantSeconds: Number(values.seconds) })
const decided = await decide(await stage.server.person('decider', [{ role: 'administrator', site: null }]))
const themes = values.theme === undefined ? (['light', 'dark'] as const) : ([values.theme] as ('light' | 'dark')[])
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
].filter((size) => values.width === undefined || values.width.split(',').includes(String(size.width)))
try {
  for (const colorScheme of themes) {
    for (const viewport of sizes) {
      const { context, page } = await stage.open({ viewport, colorScheme, reducedMotion: 'reduce' })
      const found = complaints(page)
      for (const visit of await visits(stage, decided)) {
        if ((only !== undefined && !only.includes(visit.name)) || (viewport.width < 500 && !visit.isForPhone)) continue
        await page.goto(visit.path)
        await settle(page)
        await visit.act?.(page)
        await settle(page)
        await page.screenshot({ path: join(out, `${visit.name}-${colorScheme}-${viewport.width}.png`) })
        for (const text of found.splice(0)) console.log(`${visit.name}: ${text}`)
      }
      await context.close()
    }
  }
} finally {
  await stage.close()
}

async function settle(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector('[aria-busy="true"], .tag-chart-waits') === null && document.querySelector('h1, h2') !== null,
  )
  await page.waitForLoadState('load')
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await new Promise((done) => setTimeout(done, 250))
}
