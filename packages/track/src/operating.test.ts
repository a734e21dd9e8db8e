import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModeChanged, OperatingMode } from '@isthmus/model'
import { createTracker } from './site-tracker.ts'
import { hinted, other, SITE, START } from './testing/observations.ts'

const [ENG, PLC] = ['10.0.0.1:1', '10.0.0.2:102']

function mode(second: number, given: Partial<ModeChanged>): ModeChanged {
  return other('mode.changed', ENG, PLC, { mode: 'stop', by: 'report', detail: '', ok: true, ...given }, { second }) as ModeChanged
}

function after(...observations: Parameters<ReturnType<typeof createTracker>['apply']>[0][]): OperatingMode | undefined {
  const tracker = createTracker(SITE)
  for (const o of observations) tracker.apply(o)
  return tracker.asset({ ip: '10.0.0.2', mac: undefined, port: undefined })?.operating
}

const second = (n: number) => START + n * 1e6
const runs = hinted('10.0.0.1', '10.0.0.2', 'server', 'state', 'run', {})

test('a device is in the mode that it states, or that it was told and obeyed', () => {
  assert.deepEqual(after(runs), { mode: 'run', since: second(0), heardAt: second(0), before: undefined })
  assert.deepEqual(after(runs, mode(5, {})), { mode: 'stop', since: second(5), heardAt: second(5), before: 'run' })
  assert.equal(after(runs, mode(5, { by: 'command' }))?.mode, 'stop')
  assert.equal(after(runs, mode(5, { by: 'command', ok: false }))?.mode, 'run')
  assert.equal(after(runs, mode(5, { by: 'command', ok: undefined }))?.mode, 'run', 'nobody answered')
})

test('the position of the key, a permission and what no one can read are no mode', () => {
  assert.equal(after(runs, mode(5, { mode: 'program', detail: 'key switch program' }))?.mode, 'run')
  for (const other of ['remote', 'listen-only', 'unknown'] as const) assert.equal(after(runs, mode(5, { mode: other }))?.mode, 'run')
  assert.equal(after(hinted('10.0.0.1', '10.0.0.2', 'server', 'state', 'protection level 3', {})), undefined)
})

test('the same told again lasts on; what comes late changes nothing', () => {
  assert.deepEqual(after(runs, mode(5, {}), mode(300, {})), { mode: 'stop', since: second(5), heardAt: second(300), before: 'run' })
  assert.equal(after(mode(300, {}), mode(5, { mode: 'run' }))?.mode, 'stop')
})
