/** The whole of `isthmus up` on an embedded database: first start, trouble, stop, second start. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseIdentity, placeFor } from '../database/identity.ts'
import type { Json } from '../testing/server.ts'
import { PLANT_SITE, type Running, startUp } from './up.ts'

const NEW_PASSWORD = 'a password of my own'

describe('isthmus up', { timeout: 240_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), 'isthmus-up-'))
  const env = { ISTHMUS_DATA: data, ISTHMUS_PORT: '0' }
  let running: Running
  let said = ''
  let cookie = ''

  const start = () => {
    const out = new PassThrough()
    out.on('data', (chunk: Buffer) => (said += chunk.toString()))
    return startUp({ env, out, version: 'test', signal: new AbortController().signal })
  }
  const ask = async (path: string, body?: unknown): Promise<{ status: number; body: Json }> => {
    const answer = await fetch(`${running.address}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-isthmus': '1', 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    return { status: answer.status, body: await answer.json() }
  }
  const until = async (what: string, isSo: () => Promise<boolean>, seconds = 60) => {
    for (let i = 0; i < seconds * 5; i++) {
      if (await isSo()) return
      await sleep(200)
    }
    assert.fail(`${what}: not within ${seconds} s. ${said}`)
  }
  const counts = async () => (await ask(`/overview?site=${PLANT_SITE}`)).body.counts

  before(async () => {
    running = await start()
  })
  after(async () => {
    await running.stop()
    rmSync(placeFor(data, databaseIdentity()), { recursive: true, force: true })
    rmSync(data, { recursive: true, force: true })
  })

  it('gives the first administrator a one-time login that must be changed', async () => {
    const { name, password } = running.login!
    assert.equal((await ask('/sign-ins', { name, password })).body.state, 'password-change')
    assert.equal((await ask('/overview')).status, 403)
    assert.equal((await ask('/me/password', { current: password, password: NEW_PASSWORD })).body.state, 'signed-in')
    assert.ok(!readFileSync(join(data, 'isthmus.log'), 'utf8').includes(password))
    assert.equal(statSync(join(data, 'secret.key')).mode & 0o777, 0o600)
  })

  it('shows the demonstration plant and the intrusion in it', async () => {
    const overview = async () => (await ask(`/overview?site=${PLANT_SITE}`)).body
    await until('an incident that reaches the plant', async () => (await overview()).incidents.some((incident: Json) => incident.reachesOt))
    const body = await overview()
    assert.ok(body.counts.assets > 15 && body.counts.tags > 10)
  })

  it('leads from an alert to the bytes of a packet', async () => {
    const { body: alerts } = await ask(`/alerts?site=${PLANT_SITE}`)
    const { body: alert } = await ask(`/alerts/${alerts.items[0].id}`)
    const { capture, packets } = alert.latestFindings[0].evidence[0]
    const { status, body: packet } = await ask(`/captures/${capture}/packets/${packets[1]}`)
    assert.equal(status, 200, JSON.stringify(packet))
    assert.ok(packet.tree.length > 0)
  })

  it('refuses to work twice on one data folder', async () => {
    await assert.rejects(start(), /another Isthmus works on this database/)
    assert.equal((await ask('/health')).body.state, 'ready')
  })

  it('says that the database is lost, keeps running, and goes on by itself', async () => {
    const before = await counts()
    const pid = Number(readFileSync(join(placeFor(data, databaseIdentity()), 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, 'SIGKILL')
    const lost = await ask('/assets')
    assert.ok(lost.status === 503 || lost.status === 200, `${lost.status}`)
    await until('recovery', async () => (await ask('/assets')).status === 200 && (await ask('/health')).body.state === 'ready')
    const found = await counts()
    assert.ok(found.assets >= before.assets && found.sessions >= before.sessions)
  })

  it('stops cleanly, and a second start keeps accounts and data and plays no second intrusion', async () => {
    // A story cut short is told again from its start; this is about one told to its end.
    await until(
      'the plant to be live',
      async () => Date.parse((await ask(`/overview?site=${PLANT_SITE}`)).body.lastAt) > Date.now() - 30_000,
    )
    await running.stop()
    assert.throws(() => readFileSync(join(placeFor(data, databaseIdentity()), 'data', 'postmaster.pid')), /ENOENT/)
    cookie = ''
    running = await start()
    assert.equal(running.login, undefined)
    assert.equal((await ask('/sign-ins', { name: 'admin', password: NEW_PASSWORD })).body.state, 'signed-in')
    const before = await counts()
    assert.ok(before.openIncidents > 0)
    await until('live traffic', async () => (await ask(`/overview?site=${PLANT_SITE}`)).body.sensors.length === 2)
    assert.equal((await counts()).openIncidents, before.openIncidents)
  })
})
