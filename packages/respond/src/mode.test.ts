import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert, Finding, OperatingMode } from '@isthmus/model'
import { addUp } from './score.ts'
import { deskOf, HOUR, START, type Told, told } from './testing.ts'

function onto(operating: OperatingMode | undefined, more: Partial<Finding> = {}, minutes = 60): Told {
  const { finding, ends } = told('stop', 'WS-12', 'PLC-3', minutes, more)
  return { finding, ends: { ...ends, server: { ...ends.server!, operating } } }
}

function modeOf(...stories: Told[]): (string | number | undefined)[] {
  const [alert] = [...deskOf(stories).alerts.values()] as [Alert]
  assert.equal(alert.score, addUp(alert.scoreParts), 'the score is that of its parts')
  const part = alert.scoreParts.find(({ why }) => why.startsWith('Mode '))
  return [part?.points, part?.why, alert.score]
}

const runs: OperatingMode = { mode: 'run', since: START, heardAt: START, before: undefined }
const stands: OperatingMode = { mode: 'program', since: START, heardAt: START, before: 'run' }

test('what is done to a live process weighs more than what is done to one that stands, or of which nothing is known', () => {
  assert.deepEqual(modeOf(onto(runs)), [8, 'Mode of PLC-3 was run since 2026-03-02 08:10:00 UTC: this was done to a live process', 83])
  assert.deepEqual(modeOf(onto(stands)), [-5, 'Mode of PLC-3 was program since 2026-03-02 08:10:00 UTC: its process stood already', 70])
  assert.deepEqual(modeOf(onto(undefined)), [undefined, undefined, 75])
})

test('the mode before the act counts, not what the act made of it', () => {
  const stopped: OperatingMode = { mode: 'stop', since: START + HOUR, heardAt: START + HOUR, before: 'run' }
  assert.deepEqual(modeOf(onto(stopped)), [8, 'Mode of PLC-3 was run: this was done to a live process', 83])
  const download = onto(stopped, { observed: 'program.downloaded' }, 61)
  assert.deepEqual(modeOf(download)[0], undefined, 'stopped a minute ago, perhaps for this')
  assert.deepEqual(modeOf(onto(stopped), download)[0], 8, 'one story')
  assert.deepEqual(modeOf(onto({ ...stopped, before: undefined }))[0], undefined)
})

test('a device stands only as long as that was heard of', () => {
  assert.deepEqual(modeOf(onto(stands, {}, 9))[0], undefined, 'for less than ten minutes')
  assert.deepEqual(modeOf(onto(stands, {}, 10))[0], -5)
  assert.deepEqual(modeOf(onto(stands, {}, 24 * 60))[0], -5)
  assert.deepEqual(modeOf(onto(stands, {}, 24 * 60 + 1))[0], undefined, 'somebody may have started it at the machine')
  assert.deepEqual(modeOf(onto({ ...stands, heardAt: START + 20 * HOUR }, {}, 24 * 60 + 1))[0], -5)
  assert.deepEqual(modeOf(onto(runs, {}, 30 * 24 * 60))[0], 8, 'what runs goes on running')
})

test('only acts are weighed: no reading, no refusal, no word of the device itself', () => {
  const of = (more: Partial<Finding>) => modeOf(onto(runs, more))[0]
  for (const observed of ['process.write', 'tag.forced', 'program.downloaded', 'firmware.updated'] as const)
    assert.equal(of({ observed }), 8)
  assert.equal(of({ observed: 'operation.done', fields: { access: 'control' } }), 8)
  assert.equal(of({ observed: 'operation.done', fields: { access: 'read' } }), undefined)
  assert.equal(of({ observed: 'process.read' }), undefined)
  assert.equal(of({ fields: { ok: false } }), undefined)
  assert.equal(of({ fields: { by: 'report' } }), undefined)
})
