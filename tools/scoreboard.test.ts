/** The figures of the re-enactment are a promise; how they are judged is one too. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding, Observation } from '@isthmus/model'
import { show } from './lib/campaign.ts'
import { CRITERIA } from './scoreboard/criteria.table.ts'
import { judge, LEVELS, Witness } from './scoreboard/judge.ts'
import { score } from './scoreboard/run.ts'
import { isPresent, SUBSTEPS_FILE, scoredSubSteps } from './scoreboard/substeps.ts'

const skip = isPresent() ? false : `${SUBSTEPS_FILE} is not there`
const MINUTE = 60_000_000
const STEP = { id: '22.A.2', technique: 'T0858', name: 'Change Operating Mode', tactic: 'evasion' }
const TECHNIQUES = {
  T0858: { name: '', tactics: ['evasion'], domain: 'ics' },
  T0849: { name: '', tactics: ['evasion'], domain: 'ics' },
  T0814: { name: '', tactics: ['inhibit-response-function'], domain: 'ics' },
} as const

const evidence = (packet: number) => ({ capture: 'c', packets: [packet, packet] as const, bytes: [0, 1] as const })
const ends = (client: string) => ({
  client: { ip: client, mac: undefined, port: 50_000 },
  server: { ip: '10.0.100.105', mac: undefined, port: 44_818 },
})
const stopped = (client: string, at: number, packet: number): Observation =>
  ({ kind: 'mode.changed', mode: 'program', by: 'command', ok: true, at, evidence: evidence(packet), ...ends(client) }) as Observation
const finding = (attack: string[], packet: number): Finding =>
  ({ rule: attack[0]!, attack, first: MINUTE, at: MINUTE, evidence: [evidence(packet)], ...ends('10.0.100.15') }) as unknown as Finding

function verdict(observations: readonly Observation[], ...findings: Finding[]): string {
  const witness = new Witness(CRITERIA[STEP.id]!, { from: MINUTE, to: MINUTE })
  for (const o of observations) witness.hear(o)
  return judge(STEP, witness, findings, TECHNIQUES).level
}

test('a sub-step is seen at its time and between its hosts, or not at all', () => {
  assert.equal(verdict([stopped('10.0.100.15', MINUTE, 7)]), 'telemetry')
  assert.equal(verdict([stopped('10.0.100.15', 5 * MINUTE, 7)]), 'none')
  assert.equal(verdict([stopped('10.0.100.20', MINUTE, 7)]), 'none')
})

test('the level is what the best finding on its packets says; findings on other packets are none', () => {
  const seen = [stopped('10.0.100.15', MINUTE, 7)]
  assert.equal(verdict(seen, finding(['T0814'], 7)), 'general')
  assert.equal(verdict(seen, finding(['T0849'], 7)), 'tactic')
  assert.equal(verdict(seen, finding(['T0814'], 7), finding(['T0858'], 7)), 'technique')
  assert.equal(verdict(seen, finding(['T0858'], 8)), 'telemetry')
  assert.equal(verdict([], finding(['T0858'], 7)), 'none')
})

test('every scored sub-step has a criterion', { skip }, () => {
  assert.deepEqual(
    scoredSubSteps().map(({ id }) => id),
    Object.keys(CRITERIA),
  )
})

test('the re-enactment: all visible, 45 or more analytic, 38 or more by technique, a quiet week', { skip }, async () => {
  const { verdicts, quiet, telling } = await score('1')
  const reach = (least: number): number => verdicts.filter(({ level }) => LEVELS.indexOf(level) >= least).length
  assert.deepEqual(
    verdicts.filter(({ level }) => level === 'none').map(({ step }) => step.id),
    [],
  )
  assert.equal(verdicts.length, 50)
  assert.ok(reach(LEVELS.indexOf('general')) >= 45)
  assert.ok(reach(LEVELS.indexOf('technique')) >= 38)
  assert.ok(quiet.length <= 1, quiet.map((alert) => alert.title).join(', '))
  assert.ok(telling.incidents.length >= 1 && telling.incidents.length <= 3, show('TRITON', telling))
  assert.ok(telling.purity >= 0.95 && telling.completeness >= 0.95, show('TRITON', telling))
})
