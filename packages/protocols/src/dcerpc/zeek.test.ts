import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader, type Side } from '@isthmus/wire'
import { bytes, context, Rows, seen } from '../testing/recorder.ts'
import { operationName } from './dcerpc.table.ts'
import type { DceRpc, DceRpcState } from './dcerpc.ts'
import { dcerpc } from './protocol.ts'

const le = (n: number, size: number) => Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** i) & 255)
const pdu = (type: number, flags: number, call: number, body: number[]) =>
  Uint8Array.from([5, 0, type, flags, 0x10, 0, 0, 0, ...le(16 + body.length, 2), 0, 0, ...le(call, 4), ...body])
const WINREG = [...bytes('01d08c33 4422 f131 aaaa 900038001003')]
const NDR = [...bytes('045d888aeb1cc9119fe808002b104860'), ...le(2, 4)]
const BIND = pdu(11, 3, 1, [...le(4280, 2), ...le(4280, 2), ...le(0, 4), 1, 0, 0, 0, 7, 0, 1, 0, ...WINREG, 1, 0, 0, 0, ...NDR])
const NAME = '\\PIPE\\winreg\0'
const ACK = pdu(12, 3, 1, [
  ...le(4280, 2),
  ...le(4280, 2),
  ...le(9, 4),
  ...le(NAME.length, 2),
  ...[...NAME].map((c) => c.charCodeAt(0)),
  0,
  0,
  1,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  ...NDR,
])
const call = (id: number, number: number, flags = 3) => pdu(0, flags, id, [...le(100, 4), 7, 0, number, 0, 1, 2, 3, 4])
const answer = (id: number, flags = 3) => pdu(2, flags, id, [...le(24, 4), 7, 0, 0, 0, 9, 9])

function rowsOf(talk: readonly (readonly [Side, Uint8Array, number])[]): Rows {
  const rows = new Rows()
  const state: DceRpcState = dcerpc.dissector.start!()
  let ctx = context<DceRpc, DceRpcState>('client', state, { serverPort: 445 })
  for (const [from, all, at] of talk) {
    ctx = { ...ctx, from }
    dcerpc.zeek!(seen(dcerpc.dissector.parse(new Reader(all), ctx), ctx, at), rows.put)
  }
  dcerpc.zeekEnded!({ ...seen(undefined as never, ctx), message: undefined }, rows.put)
  return rows
}

test('a row an answered call, with the pipe as the server names it; fragments are one call; what is too common is left out', () => {
  const rows = rowsOf([
    ['client', BIND, 10],
    ['server', ACK, 20],
    ['client', call(2, 22, 1), 30],
    ['client', call(2, 22, 2), 40],
    ['server', answer(2, 1), 50],
    ['server', answer(2, 2), 1_000_040],
    ['client', call(3, 17), 1_000_050],
    ['server', answer(3), 1_000_060],
    ['client', call(4, 200), 1_000_070],
    ['server', answer(4), 1_000_080],
  ])
  assert.deepEqual(rows.rows, [
    { log: 'dce_rpc', cells: [1, '\\PIPE\\winreg', 'winreg', 'BaseRegSetValue'], at: 40 },
    { log: 'dce_rpc', cells: [0.00001, '\\PIPE\\winreg', 'winreg', 'unknown-200'], at: 1_000_070 },
  ])
})

test('a call without an answer repeats what its binding said last', () => {
  const talk: [Side, Uint8Array, number][] = [
    ['client', BIND, 10],
    ['server', ACK, 20],
    ['client', call(2, 22), 30],
    ['server', answer(2), 40],
  ]
  assert.equal(rowsOf(talk).rows.length, 1)
  assert.equal(rowsOf([...talk, ['client', call(3, 7), 50]]).rows.length, 2)
})

test('operations are named by their place', () => {
  assert.equal(operationName('367abb81-9844-35f1-ad32-98f038001003', 12), 'CreateServiceW')
  assert.equal(operationName('9556dc99-828c-11cf-a37e-00aa003240c7', 20), 'ExecQuery')
  assert.equal(operationName('9556dc99-828c-11cf-a37e-00aa003240c7', 1), undefined)
  assert.equal(operationName('12345778-1234-abcd-ef00-0123456789ac', 64), 'SamrConnect5')
  assert.equal(operationName('12345678-1234-abcd-ef00-01234567cffb', 30), 'NetrServerPasswordSet2')
})
