import assert from 'node:assert/strict'
import test from 'node:test'
import type { Incident } from '@isthmus/model'
import { moveAlert, moveIncident } from './moves.ts'

test('an alert is acknowledged, worked on, resolved with a resolution, and may be reopened', () => {
  const fresh = { state: 'new', resolution: undefined } as const
  assert.deepEqual(moveAlert(fresh, { to: 'acknowledged' }), { state: 'acknowledged', resolution: undefined })
  assert.deepEqual(moveAlert(fresh, { to: 'resolved', resolution: 'benign' }), { state: 'resolved', resolution: 'benign' })
  assert.deepEqual(moveAlert({ state: 'resolved', resolution: 'benign' }, { to: 'in-progress' }), {
    state: 'in-progress',
    resolution: undefined,
  })
})

test('a move that makes no sense is refused with its reason', () => {
  assert.deepEqual(moveAlert({ state: 'new', resolution: undefined }, { to: 'new' }), {
    refused: 'conflict',
    why: 'an alert that is new cannot become new',
  })
  assert.equal('refused' in moveAlert({ state: 'new', resolution: undefined }, { to: 'resolved' }), true)
  assert.equal('refused' in moveAlert({ state: 'new', resolution: undefined }, { to: 'acknowledged', resolution: 'benign' }), true)
})

test('an incident moves between open, contained and closed; a merged one stays closed', () => {
  const incident = { state: 'open', mergedInto: undefined } as Incident
  assert.equal((moveIncident(incident, { to: 'contained' }) as Incident).state, 'contained')
  assert.equal('refused' in moveIncident(incident, { to: 'open' }), true)
  assert.equal('refused' in moveIncident({ ...incident, state: 'closed', mergedInto: 'inc-1' }, { to: 'open' }), true)
})
