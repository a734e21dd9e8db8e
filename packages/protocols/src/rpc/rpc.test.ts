import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { rpc } from './protocol.ts'
import type { Rpc, RpcState } from './rpc.ts'

const u32 = (n: number) => n.toString(16).padStart(8, '0')
const text = (value: string) => {
  const hex = [...value].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  return u32(value.length) + hex + '00'.repeat((4 - (value.length % 4)) % 4)
}
const UNIX = (machine: string, uid: number) => {
  const body = u32(1) + text(machine) + u32(uid) + u32(0) + u32(0)
  return u32(1) + u32(body.length / 2) + body
}
const call = (xid: number, program: number, version: number, procedure: number, args: string, credentials = u32(0) + u32(0)) =>
  `>${u32(xid)}${u32(0)}${u32(2)}${u32(program)}${u32(version)}${u32(procedure)}${credentials}${u32(0)}${u32(0)}${args}`
const reply = (xid: number, results: string, status = 0) => `<${u32(xid)}${u32(1)}${u32(0)}${u32(0)}${u32(0)}${u32(status)}${results}`
const udp = { transport: 'udp', serverPort: 2049 } as const
const FILE = text('aaaaaaaa')

test('a mount, a lookup that names a file, a write to it and a refusal', () => {
  const x = exchange(rpc, udp, [
    call(1, 100005, 3, 1, text('/export/plc'), UNIX('eng-ws4', 1000)),
    reply(1, u32(0) + FILE + u32(1) + u32(1)),
    call(2, 100003, 3, 3, FILE + text('main.st')),
    reply(2, u32(0) + text('bbbb')),
    call(3, 100003, 3, 7, `${text('bbbb')}${u32(0)}${u32(0)}${u32(4)}${u32(0)}${text('abcd')}`),
    reply(3, u32(0)),
    call(4, 100003, 3, 12, FILE + text('main.st')),
    reply(4, u32(13)),
    call(5, 100000, 2, 3, u32(100003) + u32(3) + u32(6) + u32(0)),
    reply(5, u32(2049)),
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access, o.error]),
    [
      ['mount mount', '/export/plc', 'session', ''],
      ['nfs lookup', '/export/plc/main.st', 'read', ''],
      ['nfs write', '/export/plc/main.st', 'write', ''],
      ['nfs remove', '/export/plc/main.st', 'write', 'permission denied'],
      ['portmap getport', 'nfs 3/tcp', 'identify', ''],
    ],
  )
  assert.deepEqual(x.heard.said, [{ kind: 'service.used', service: 'nfs mount', object: '/export/plc', user: 'uid 1000', ok: true }])
  assert.deepEqual(x.heard.hints, ['client name=eng-ws4', 'server role=nfs server', 'server role=rpc port mapper'])
})

test('lists of services and exports describe the host', () => {
  const entry = u32(1) + u32(100003) + u32(3) + u32(6) + u32(2049)
  const x = exchange(rpc, { ...udp, serverPort: 111 }, [call(1, 100000, 2, 4, ''), reply(1, `${entry}${entry}${u32(0)}`)])
  assert.ok(x.heard.hints.includes('server description=rpc services: nfs 3 tcp/2049, nfs 3 tcp/2049'))
  const exports = exchange(rpc, udp, [
    call(2, 100005, 3, 5, ''),
    reply(2, `${u32(1)}${text('/a')}${u32(1)}${text('eng')}${u32(0)}${u32(0)}`),
  ])
  assert.ok(exports.heard.hints.includes('server description=exports: /a'))
})

test('NFS 4 compounds are read as far as their operations are simple', () => {
  const x = exchange(rpc, udp, [
    call(1, 100003, 4, 1, `${text('')}${u32(0)}${u32(4)}${u32(24)}${u32(15)}${text('a')}${u32(15)}${text('b')}${u32(18)}`),
    reply(1, u32(0)),
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object]),
    [['nfs compound', 'a/b']],
  )
})

test('refusals of the call itself', () => {
  const x = exchange(rpc, udp, [call(1, 100003, 3, 0, ''), reply(1, '', 2)])
  assert.equal(x.heard.operations[0]!.error, 'version mismatch')
})

test('a call decides on any port; over TCP behind a record mark', () => {
  const frame = (hex: string, transport: 'tcp' | 'udp') =>
    rpc.dissector.frame(new Reader(bytes(hex)), context<Rpc, RpcState>('client', rpc.dissector.start!(), { transport, serverPort: 700 }))
  const pdu = call(7, 100003, 3, 0, '').slice(1)
  assert.deepEqual([frame(pdu, 'udp'), frame(u32(0x80000000 + 40) + pdu, 'tcp'), frame('8000', 'tcp')], [40, 44, NEED_MORE])
  for (const other of [`${u32(7)}${u32(0)}${u32(3)}${'00'.repeat(28)}`, '16030100ff0100'.padEnd(96, '0')]) {
    assert.equal(frame(other, 'udp'), NOT_MINE)
    assert.equal(frame(other, 'tcp'), NOT_MINE)
  }
})

test('lengths that lie are truncation', () => {
  const x = exchange(rpc, udp, [call(1, 100005, 3, 1, 'ffffffff 41')])
  assert.deepEqual(x.heard.anomalies, ['rpc.truncated'])
})
