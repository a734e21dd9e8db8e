import assert from 'node:assert/strict'
import test from 'node:test'
import { activitiesText, exceededText, idOf, listed, localMoment, momentOf, peopleText } from './changes.view.ts'

test('an order reads as words', () => {
  assert.equal(activitiesText([]), 'Any engineering work')
  assert.equal(activitiesText(['program-download', 'mode-change']), 'Program download, Change of mode')
  assert.equal(peopleText({ users: [], hosts: [] }), 'Anybody')
  assert.equal(peopleText({ users: ['m.meier'], hosts: ['10.1.1.9'] }), 'm.meier from 10.1.1.9')
  assert.equal(peopleText({ users: [], hosts: ['10.1.1.9'] }), '10.1.1.9')
})

test('only what exceeded it is counted, not what is merely unproven', () => {
  const one = { says: '', activity: 'restart', client: {}, server: {}, first: '', at: '', count: 1, evidence: [] } as const
  assert.equal(exceededText({ deviations: [{ ...one, exceeds: [] }], more: 0 }), undefined)
  assert.equal(exceededText({ deviations: [{ ...one, exceeds: ['hash'] }], more: 0 }), '1 way')
  assert.equal(
    exceededText({
      deviations: [
        { ...one, exceeds: ['hash'] },
        { ...one, exceeds: ['time'] },
      ],
      more: 3,
    }),
    '2 ways and more',
  )
})

test('a form’s texts become lists, ids and moments', () => {
  assert.deepEqual(listed(' 10.1.2.20,\n10.1.2.21; 10.1.2.20 '), ['10.1.2.20', '10.1.2.21'])
  assert.equal(idOf(' WO 4711/2 '), 'WO-4711-2')
  assert.throws(() => idOf('§'), /number/)
  assert.throws(() => momentOf('', 'begins'), /when it begins/)
  assert.equal(momentOf(localMoment('2026-03-02T08:10:00.000Z'), 'begins'), '2026-03-02T08:10:00.000Z')
})
