import assert from 'node:assert/strict'
import test from 'node:test'
import { readChanges, readSuppressions } from './read.ts'

const ORDER = {
  kind: 'work-order',
  reference: 4711,
  assets: ['10.1.2.20'],
  hosts: ['10.1.1.9'],
  activities: ['program-download'],
  from: '2026-03-02T08:00:00Z',
  until: '2026-03-02T12:00:00+01:00',
  expectedHashes: ['A'.repeat(64)],
}

test('a work order is read under its own number, in UTC', () => {
  const { items, errors } = readChanges({ changes: [ORDER] }, 's')
  assert.deepEqual(errors, [])
  assert.deepEqual(
    items.map(({ id, site, from, until, users, expectedHashes }) => [id, site, from, until, users, expectedHashes]),
    [['4711', 's', Date.UTC(2026, 2, 2, 8) * 1000, Date.UTC(2026, 2, 2, 11) * 1000, [], ['a'.repeat(64)]]],
  )
})

test('what cannot be used is named by place and field, the others are used', () => {
  const { items, errors } = readChanges(
    [
      ORDER,
      { ...ORDER, kind: 'party', until: 'tomorrow', asset: 'x' },
      'order',
      { ...ORDER, reference: 'WO-2', activities: ['dance'], hosts: ['10.1.2.0/99'] },
      ORDER,
    ],
    's',
  )
  assert.equal(items.length, 1)
  assert.deepEqual(errors, [
    'changes[1].kind: is none of work-order, maintenance-window, remote-session',
    'changes[1].until: is no time, as 2026-03-02T08:10:00Z is one',
    'changes[1].asset: is not known here',
    "changes[1].id: 4711 is another one's already",
    'changes[2]: is no map',
    'changes[3].activities: dance is none of program-download, program-upload, program-edit, mode-change, restart, firmware, configuration, force, write, time, login, file-transfer',
    'changes[3].hosts.0: is no network, as 10.1.2.0/24 is one',
    "changes[4].id: 4711 is another one's already",
  ])
})

test('a suppression needs a scope, a reason and an end within a year', () => {
  const good = { scope: { rule: 'port-scan', client: '10.1.1.0/24' }, reason: 'inventory tool', from: '2026-03-02', until: '2026-06-02' }
  const { items, errors } = readSuppressions(
    { suppressions: [good, { ...good, scope: { level: 'loud' }, until: '2028-01-01' }, { scope: 7 }] },
    's',
  )
  assert.deepEqual(
    items.map(({ id, scope }) => [id, scope.rule]),
    [['suppression-1', 'port-scan']],
  )
  assert.deepEqual(errors, [
    'suppressions[1].scope.level: is none of informational, low, medium, high, critical',
    'suppressions[1].scope: name at least a rule, engine, level, client, server, protocol or user',
    'suppressions[1].until: may be a year after from at most',
    'suppressions[2].scope: is no map of rule, engine, level, client, server, protocol, user',
    'suppressions[2].from: is no time, as 2026-03-02T08:10:00Z is one',
    'suppressions[2].until: is no time, as 2026-03-02T08:10:00Z is one',
    'suppressions[2].reason: say why these findings are known to be nothing',
  ])
})

test('nothing that is no list throws', () => {
  for (const document of [undefined, null, 7, 'x', {}, { changes: 7 }, [[]], [null]]) {
    assert.deepEqual(readChanges(document, 's').items, [])
    assert.ok(readSuppressions(document, 's').errors.length > 0)
  }
})
