/** Nothing that was told is lost because a stage has let go of it. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadContent } from '@isthmus/content'
import type { Observation } from '@isthmus/model'
import { createSite, isBatchRefusal } from '@isthmus/site'
import { claimed, other, SITE, session } from '@isthmus/track/testing'
import { pcap, tcpTalk } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { run } from '../testing/console.ts'
import { analyze } from './run.ts'
import { Work } from './work.ts'

const content = loadContent()

function siteOf(caps?: { sessions: number }) {
  const site = createSite({ site: SITE, rules: content.rules, learningUs: 0, content, caps })
  let number = 0
  const apply = (work: Work, observations: Observation[]): void => {
    const batch = { site: SITE, sensor: 'one', number: ++number, observations }
    work.recall(batch)
    const changes = site.apply(batch)
    assert.ok(!isBatchRefusal(changes))
    work.take(changes)
  }
  return { site, apply }
}

test('sessions that left the memory of the tracker are in the report, with all they counted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-work-'))
  try {
    const talks = Array.from({ length: 60 }, (_, i) =>
      tcpTalk({ from: '10.1.2.20', to: '10.1.1.10', fromPort: 50_000 + i, toPort: 80 }, 1_700_000_000_000_000 + i * 1e6, [
        ['client', Uint8Array.of(1, 2, 3)],
      ]),
    )
    await writeFile(join(folder, 'many.pcap'), pcap(talks.flat()))
    const picture = await analyze([join(folder, 'many.pcap')], { site: SITE, learningUs: 0, caps: { sessions: 10 } })
    const { refused } = picture
    const sessions = [...picture.sessions]
    assert.deepEqual([sessions.length, sessions.every(({ clientBytes }) => clientBytes === 3), refused], [60, true, {}])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a finished session that goes on counts on; what there is no room for is counted', () => {
  const { site, apply } = siteOf({ sessions: 2 })
  const work = new Work(site, { sessions: 3, findings: 10 })
  const closed = (id: string, second: number) => session('10.0.0.1:1', '10.0.0.2:502', { id, second, state: 'closed', clientBytes: 5 })
  for (const [i, id] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) apply(work, [closed(id, i)])
  apply(work, [closed('a', 9)])
  const { missed, ...rows } = work.result()
  const sessions = [...rows.sessions]
  assert.equal(sessions.find(({ id }) => id === 'a')?.clientBytes, 10)
  assert.equal(sessions.length + (missed.sessions ?? 0), 6)
  assert.ok(missed.sessions! > 0)
})

test('findings, alerts and sessions taken earlier name the asset that stays', () => {
  const mac = '02:00:00:00:00:0a'
  const download = { section: 'OB1', sectionType: 'block', bytes: 9, hash: undefined, user: undefined, ok: true }
  const hello = other('device.diagnosed', `/${mac}`, '/ff:ff:ff:ff:ff:ff', { what: 'x', fault: false, first: 1, count: 1 })
  const { site, apply } = siteOf()
  const work = new Work(site)
  apply(work, [
    hello,
    session('10.0.0.1:1', '10.0.0.2:102', { second: 1, state: 'closed' }),
    other('program.downloaded', '10.0.0.1:1', '10.0.0.2:102', download, { protocol: 's7comm', second: 1 }),
  ])
  apply(work, [claimed('10.0.0.1', mac, { second: 2 })])
  const assets = new Set([...site.tracker.assets.values()].map(({ id }) => id))
  const { sessions, findings, alerts } = work.result()
  assert.ok(sessions.length > 0 && findings.length > 0 && alerts.length > 0)
  for (const row of [...sessions, ...findings, ...alerts]) assert.ok(row.clientAsset !== undefined && assets.has(row.clientAsset))
})

test('the help says what a learning time of nothing means', async () => {
  assert.match((await run(['help', 'analyze'])).out, /nothing is learnt/)
})
