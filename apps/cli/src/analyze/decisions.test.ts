/** A work order held against a capture of the demonstration plant: its recovery was ordered, the download before it was not. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Alert, Finding, Observation } from '@isthmus/model'
import { writePlantCapture } from '@isthmus/plant'
import { run } from '../testing/console.ts'
import { analyze } from './run.ts'

let folder = ''
let capture = ''
/** What the plant shows: a changed block goes into the dosing controller, and forty seconds of work later the released one. */
const downloads: Extract<Observation, { kind: 'program.downloaded' }>[] = []

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-decisions-'))
  capture = join(folder, 'plant.pcap')
  await writePlantCapture(capture, { seed: 1, intrusionAt: 60, seconds: 50 * 60 })
  await analyze([capture], {
    site: 'plant',
    learningUs: 0,
    observed: (observation) => {
      if (observation.kind === 'program.downloaded') downloads.push(observation)
    },
  })
})
after(() => rm(folder, { recursive: true }))

type Picture = { alerts: Alert[]; findings: Finding[]; incidents: { level: string }[] }

async function analyzed(name: 'changes' | 'suppressions', document: unknown): Promise<{ status: number; err: string; picture: Picture }> {
  const path = join(folder, `${name}.json`)
  await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document))
  const { status, out, err } = await run(['analyze', capture, '--json', `--${name}`, path])
  return { status, err, picture: JSON.parse(out) as Picture }
}

const isoOf = (us: number): string => new Date(Math.floor(us / 1000)).toISOString()
const order = (more: object = {}) => {
  const [bad, good] = downloads
  return {
    kind: 'work-order',
    reference: 'WO-2041',
    title: 'Restore the dosing program',
    assets: [bad!.server.ip],
    hosts: [bad!.client.ip],
    activities: ['program-download', 'mode-change', 'restart'],
    from: isoOf(bad!.at - 60e6),
    until: isoOf(good!.at + 3600e6),
    expectedHashes: [good!.hash],
    ...more,
  }
}
const ofDownloads = ({ alerts }: Picture) =>
  alerts.filter(({ rules }) => rules.includes('program-downloaded') || rules.includes('authorised-change-exceeded'))

test('the plant loads a changed block and later the released one', () => {
  assert.equal(downloads.length, 2)
  assert.match(downloads[0]!.hash ?? '', /^[0-9a-f]{64}$/)
  assert.notEqual(downloads[0]!.hash, downloads[1]!.hash)
})

test('a program other than the one the work order names is critical and says why', async () => {
  const { status, err, picture } = await analyzed('changes', [order()])
  assert.deepEqual([status, err], [0, ''])
  const alerts = ofDownloads(picture)
  const critical = alerts.find(({ exceeds }) => exceeds !== null)
  assert.equal(critical?.level, 'critical')
  assert.deepEqual(
    critical?.exceeds?.map(({ reference, exceeds, says }) => [reference, exceeds, says]),
    [
      [
        'WO-2041',
        ['hash'],
        `the downloaded program's hash is not the expected one (SHA-256 ${downloads[0]!.hash!.slice(0, 12)}… was seen)`,
      ],
    ],
  )
  assert.ok(picture.incidents.some(({ level }) => level === 'critical'))
})

test('the download inside of a work order is informational and says by what, the one outside of it critical', async () => {
  const [bad, good] = downloads
  const { picture } = await analyzed('changes', { changes: [order({ from: isoOf((bad!.at + good!.at) / 2) })] })
  const alerts = ofDownloads(picture)
  assert.match(alerts.find(({ level }) => level === 'critical')?.exceeds?.[0]?.says ?? '', /^\d+ min before it begins /)
  const explained = alerts.find(({ authorised }) => authorised !== null)
  assert.deepEqual([explained?.level, explained?.authorised?.reference], ['informational', 'WO-2041'])
  assert.ok(picture.findings.some(({ rule, authorisedBy }) => rule === 'program-downloaded' && authorisedBy === 'WO-2041'))
})

test('the report says what was decided beforehand', async () => {
  const path = join(folder, 'order.json')
  await writeFile(path, JSON.stringify([order()]))
  const { out } = await run(['analyze', capture, '--changes', path])
  assert.match(out, /Decided beforehand/)
  assert.match(out, /exceeds work order WO-2041/)
})

test('a suppression hides its findings and nothing else; after its end they are told', async () => {
  const usual = await analyzed('suppressions', [])
  const first = usual.picture.findings.find(({ rule }) => rule === 'program-downloaded')
  assert.ok(first)
  const [bad, good] = downloads
  const scope = { rule: 'program-downloaded', server: bad!.server.ip }
  const until = isoOf((bad!.at + good!.at) / 2)
  const { status, picture } = await analyzed('suppressions', [{ scope, reason: 'acceptance test', from: isoOf(bad!.at - 60e6), until }])
  assert.equal(status, 0)
  const downloadsTold = picture.findings.filter(({ rule }) => rule === 'program-downloaded')
  assert.deepEqual(
    downloadsTold.map(({ suppressedBy }) => suppressedBy),
    ['suppression-1', null],
  )
  const others = (findings: readonly Finding[]) => findings.filter(({ rule }) => rule !== 'program-downloaded').map(({ id }) => id)
  assert.deepEqual(others(picture.findings), others(usual.picture.findings))
})

test('what cannot be used is named with file, place and field, and the status says that it was not all', async () => {
  const { status, err } = await analyzed(
    'changes',
    'changes:\n  - { kind: party, reference: WO-1, assets: [plc], hosts: [a], from: soon, until: 2026-12-01 }\n',
  )
  assert.equal(status, 1)
  assert.match(err, /decision not used: changes\.json: changes\[0\]\.kind: is none of work-order, maintenance-window, remote-session\n/)
  assert.match(err, /changes\[0\]\.from: is no time/)
  assert.match((await analyzed('suppressions', 'a: [b')).err, /decision not used: suppressions\.json: this is no YAML: /)
})
