import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asset } from '@isthmus/model'
import type { AssetChange, KnownHost } from './basis.ts'
import { historyOf } from './history.ts'

const HOST = '10.1.2.20'
const PLC = { id: 'asset-1', type: 'plc', role: 'controller', roles: ['controller'], names: [], ips: [HOST], macs: [], vendor: 'Acme' }
const asset = (over: Partial<Asset> = {}): Asset => ({ ...PLC, facts: [], modules: [], ...over }) as unknown as Asset
const told = (at: number, of = asset()): KnownHost => ({ host: HOST, at, asset: of })
const change = (at: number, attribute: string, from: string | null, to: string | null): AssetChange => ({
  id: 'asset-1',
  at,
  attribute,
  from,
  to,
})
const short = (entries: readonly KnownHost[]) =>
  entries.map(({ at, asset: of, became }) => [at, of && `${of.type} ${of.ips.join('+')}`, ...(became ?? []).toSorted()])

test('before it was first heard nothing was known of a host', () => {
  const entries = historyOf([told(50)], [change(10, '', null, null), change(20, 'type', 'unknown', 'plc')], [])
  assert.deepEqual(short(entries), [
    [0, undefined],
    [10, `unknown ${HOST}`, ''],
    [20, `plc ${HOST}`, 'type'],
    [50, `plc ${HOST}`],
  ])
})

test('several attributes that change at one moment are one entry', () => {
  const changes = [change(10, 'vendor', null, 'Acme'), change(10, 'type', 'unknown', 'plc')]
  assert.deepEqual(short(historyOf([told(50)], changes, [])), [
    [0, `unknown ${HOST}`],
    [10, `plc ${HOST}`, 'type', 'vendor'],
    [50, `plc ${HOST}`],
  ])
  const later = [change(60, 'vendor', 'Acme', 'Other'), change(60, 'type', 'plc', 'rtu')]
  assert.deepEqual(short(historyOf([told(50), told(70, asset({ type: 'rtu' }))], later, [])), [
    [50, `plc ${HOST}`],
    [60, `rtu ${HOST}`, 'type', 'vendor'],
    [70, `rtu ${HOST}`],
  ])
})

test('addresses come and go as names do', () => {
  const known = [told(50, asset({ ips: [HOST, '10.1.2.21'] })), told(70, asset({ ips: ['10.1.2.22'] }))]
  const changes = [change(20, 'ip', null, '10.1.2.21'), change(60, 'ip', '10.1.2.21', null), change(61, 'ip', HOST, null)]
  assert.deepEqual(short(historyOf(known, changes, [])), [
    [0, `plc ${HOST}`],
    [20, `plc ${HOST}+10.1.2.21`, 'ip'],
    [50, `plc ${HOST}+10.1.2.21`],
    [60, `plc ${HOST}`, 'ip'],
    [61, 'plc ', 'ip'],
    [70, 'plc 10.1.2.22'],
  ])
})

test('of a life that ended before, nothing is told', () => {
  const changes = [change(5, 'type', 'unknown', 'hmi'), change(10, '', null, null)]
  assert.deepEqual(short(historyOf([told(50)], changes, [])), [
    [0, undefined],
    [10, `plc ${HOST}`, ''],
    [50, `plc ${HOST}`],
  ])
})
