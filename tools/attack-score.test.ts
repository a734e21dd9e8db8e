import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Technique } from '@isthmus/model'
import { judge, labelled, verdictOf } from './lib/attack-score.ts'
import { LABELS } from './lib/labelled-attacks.table.ts'

const label = (...techniques: string[]) => ({ captures: '*', techniques, why: '' })
const alert = (level: 'medium' | 'high', ...attack: string[]) => ({ level, attack })

test('an attack: right, another technique, none', () => {
  assert.equal(verdictOf([alert('medium', 'T0888'), alert('medium', 'T0855')], label('T0855')), 'right')
  assert.equal(verdictOf([alert('high', 'T0888')], label('T0855')), 'other')
  assert.equal(verdictOf([], label('T0855')), 'none')
})

test('a sub-technique is right where its technique is', () => {
  assert.equal(verdictOf([alert('medium', 'T1557.002')], label('T1557')), 'right')
  assert.equal(verdictOf([alert('medium', 'T1557')], label('T1557.002')), 'right')
  assert.equal(verdictOf([alert('medium', 'T1557.001')], label('T1557.002')), 'other')
})

test('benign captures: false from level high on', () => {
  assert.equal(verdictOf([alert('medium', 'T0888')], label()), 'clean')
  assert.equal(verdictOf([alert('high', 'T0888')], label()), 'false')
})

test('every technique of the table is a current one', () => {
  const file = join(import.meta.dirname, '../content/attack/techniques.json')
  const { techniques } = JSON.parse(readFileSync(file, 'utf8')) as { techniques: Record<string, Technique> }
  assert.deepEqual(
    LABELS.flatMap((each) => each.techniques).filter((id) => techniques[id] === undefined),
    [],
  )
})

const MISSED: ReadonlySet<string> = new Set([
  // One message is played back and breaks nothing but the stream below it.
  'qut-dnp3/injection_replay.1.pcap',
  'qut-dnp3/injection_replay_updaterAck.1.pcap',
  // Two confirmations of writes that are not in the capture.
  'qut-s7/20161215181147.ConveyorBeltOn/hmi.pcap',
  'qut-s7/20161215183015.ReactorOn/hmi.pcap',
  'qut-s7/20161215224217.WaterTankOnAuto/hmi.pcap',
])

for (const set of ['goose-stage2', 'iec104-energy', 'lemay-modbus', 'quickdraw-cip', 'qut-dnp3', 'qut-s7']) {
  const { rows } = labelled(false, `${set}/`)
  test(`attacks of ${set} are recognised by their technique`, { skip: rows.length === 0 && 'the captures are not here' }, async () => {
    const wrong: string[] = []
    for (const { capture, label } of rows) {
      const { verdict } = await judge(capture, label)
      if (verdict !== 'right' && verdict !== 'clean' && !MISSED.has(capture)) wrong.push(capture)
    }
    assert.deepEqual(wrong, [])
  })
}
