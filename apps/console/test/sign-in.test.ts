/** Signing in as a person does: a one-time password, a password of one's own, a second factor, and out again. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TOTP, URI } from 'otpauth'
import type { Page } from 'playwright-core'
import { complaints, openStage, PASSWORD, type Stage } from './stage.ts'

const OWN = 'four quiet pumps at dawn'

describe('signing in', () => {
  let stage: Stage
  let page: Page
  let said: string[]
  let oneTime: string
  let secret: string

  before(async () => {
    stage = await openStage({ requireTotp: 'administrators' })
    const made = await stage.server.person('boss', [{ role: 'administrator', site: null }])
    const answer = await made.post('/users', { name: 'rook', displayName: 'Robin Rook', grants: [{ role: 'analyst', site: 'works' }] })
    oneTime = answer.body.oneTimePassword
    const context = await stage.browser.newContext({ baseURL: stage.origin })
    page = await context.newPage()
    said = complaints(page)
  })
  after(() => stage?.close())

  const signIn = async (password: string): Promise<void> => {
    await page.getByLabel('Name').fill('rook')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  it('is asked for on the way to a page, and says when it is wrong', async () => {
    await page.goto('/rules?site=works')
    await page.waitForURL(/\/sign-in\?next=/)
    await signIn('not the password')
    await page.getByRole('alert').getByText(/wrong/).waitFor()
    said.splice(0)
  })

  it('loads little before somebody is known', async () => {
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((each) => each.name)
        .filter((name) => name.endsWith('.js')),
    )
    assert.ok(!loaded.some((name) => /map-page|tag-page|incident-page|shell-/.test(name)), loaded.join(' '))
  })

  it('asks for a password of one’s own, then goes where it was asked for', async () => {
    await signIn(oneTime)
    await page.getByLabel('New password', { exact: true }).fill('short')
    await page.getByLabel('New password again').fill('short')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page
      .getByRole('alert')
      .getByText(/at least 12/)
      .waitFor()
    await page.getByLabel('New password', { exact: true }).fill(OWN)
    await page.getByLabel('New password again').fill(OWN)
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.waitForURL(/\/rules\?site=works/)
    await page.locator('.table-row').first().waitFor()
  })

  it('enrols a second factor from a code drawn in the page', async () => {
    await page.goto('/settings')
    await page.getByRole('button', { name: 'Add an authenticator app' }).click()
    await page.getByLabel('Your password').fill(OWN)
    await page.getByRole('button', { name: 'Show the code to scan' }).click()
    await page.locator('svg.qr path').waitFor()
    secret = ((await page.locator('.enrol-secret button').textContent()) ?? '').replaceAll(' ', '')
    assert.match(secret, /^[A-Z2-7]{16,}$/)
    await page.getByLabel('The code the app shows').fill(code(secret))
    await page.getByRole('button', { name: 'Finish' }).click()
    await page.getByText('An authenticator app is asked for').waitFor()
    assert.deepEqual(said.splice(0), [])
  })

  it('signs out, and in again with both', async () => {
    await page.getByRole('button', { name: /Signed in as/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(/\/sign-in/)
    await signIn(OWN)
    await page.getByLabel('Code').waitFor()
    // A code serves once: the next one is asked for by moving on a step.
    await page.getByLabel('Code').fill(code(secret, 30))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/now/)
  })

  it('lets an administrator in only with a second factor', async () => {
    const context = await stage.browser.newContext({ baseURL: stage.origin })
    const other = await context.newPage()
    await other.goto('/settings')
    await other.getByLabel('Name').fill('admin')
    await other.getByLabel('Password').fill(PASSWORD)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByRole('button', { name: 'Show the code to scan' }).click()
    const shown = ((await other.locator('.enrol-secret button').textContent()) ?? '').replaceAll(' ', '')
    await other.getByLabel('The code the app shows').fill('000000')
    await other.getByRole('button', { name: 'Finish' }).click()
    await other.getByRole('alert').waitFor()
    await other.getByLabel('The code the app shows').fill(code(shown))
    await other.getByRole('button', { name: 'Finish' }).click()
    await other.waitForURL(/\/settings/)
    await other.getByText('An authenticator app is asked for').waitFor()
    await context.close()
  })

  it('never shows what a role may not do', async () => {
    const viewer = await stage.server.person('vera', [{ role: 'viewer', site: 'works' }])
    assert.ok(viewer.cookie.includes('='))
    const context = await stage.browser.newContext({ baseURL: stage.origin })
    const [name, value] = viewer.cookie.split('=') as [string, string]
    await context.addCookies([{ name, value, url: stage.origin }])
    const other = await context.newPage()
    await other.goto('/captures')
    await other.getByRole('heading', { name: 'Captures', exact: true }).waitFor()
    assert.equal(await other.getByText('Drop a capture here').count(), 0)
    await context.close()
  })
})

function code(secret: string, laterSeconds = 0): string {
  const totp = URI.parse(`otpauth://totp/x?secret=${secret}`) as TOTP
  return totp.generate({ timestamp: Date.now() + laterSeconds * 1000 })
}
