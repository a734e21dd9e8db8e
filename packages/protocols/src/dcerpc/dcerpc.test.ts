import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import type { DceRpc, DceRpcState } from './dcerpc.ts'
import { dcerpc } from './protocol.ts'

const le = (n: number, size: number) => Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** i) & 255)
const pdu = (type: number, call: number, body: number[]) => [
  5,
  0,
  type,
  3,
  0x10,
  0,
  0,
  0,
  ...le(16 + body.length, 2),
  0,
  0,
  ...le(call, 4),
  ...body,
]
const SVCCTL = [...bytes('81bb7a36 4498 f135 ad32 98f038001003')]
const NDR = [...bytes('045d888aeb1cc9119fe808002b104860'), ...le(2, 4)]
const TALK: [Side, number[]][] = [
  ['client', pdu(11, 1, [...le(4280, 2), ...le(4280, 2), ...le(0, 4), 1, 0, 0, 0, 0, 0, 1, 0, ...SVCCTL, 2, 0, 0, 0, ...NDR])],
  [
    'server',
    pdu(12, 1, [
      ...le(4280, 2),
      ...le(4280, 2),
      ...le(9, 4),
      4,
      0,
      ...[...'135\0'].map((c) => c.charCodeAt(0)),
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
    ]),
  ],
  ['client', pdu(0, 2, [...le(100, 4), 0, 0, 12, 0, 1, 2, 3, 4])],
  ['server', pdu(2, 2, [...le(24, 4), 0, 0, 0, 0, 9, 9, 9, 9])],
]

test('a service is created on another host', () => {
  const state: DceRpcState = dcerpc.dissector.start!()
  const recorder = new Recorder()
  const open = new Map<number | string, DceRpc>()
  for (const [from, all] of TALK) {
    const reader = () => new Reader(Uint8Array.from(all))
    const plain = context<DceRpc, DceRpcState>(from, state, { serverPort: 135 })
    assert.equal(dcerpc.dissector.frame(reader(), plain), all.length)
    const key = dcerpc.dissector.key!(reader(), plain)!
    const ctx = from === 'server' ? { ...plain, asked: open.get(key) } : plain
    const m = dcerpc.dissector.parse(reader(), ctx)
    assert.deepEqual(m.anomalies, [])
    open.set(key, m)
    dcerpc.observe(seen(m, ctx), recorder)
  }
  assert.deepEqual(recorder.said, [{ kind: 'service.used', service: 'rpc', object: 'svcctl', user: '', ok: true }])
  assert.deepEqual(recorder.operations, [
    { operation: 'CreateServiceW', object: 'svcctl', access: 'configure', ok: true, error: '', part: undefined },
  ])
})

test('every truncation parses and is marked; other bytes are refused', () => {
  const whole = Uint8Array.from(TALK[0]![1])
  const ctx = context<DceRpc, DceRpcState>('client', dcerpc.dissector.start!())
  for (let cut = 0; cut < whole.length; cut++)
    assert.ok(dcerpc.dissector.parse(new Reader(whole.subarray(0, cut)), ctx).anomalies.includes('truncated'), `cut at ${cut}`)
  for (const hex of ['0500 0b03 1000 0001 4800 0000 01000000', '0500 6303 1000 0000 4800 0000 01000000', '0504 0b']) {
    assert.equal(dcerpc.dissector.frame(new Reader(bytes(hex)), ctx), NOT_MINE, hex)
  }
})

test('a call for private data tells its interface where the bind was not captured', () => {
  const ask = (operation: number, name: string): string => {
    const state = dcerpc.dissector.start!()
    const recorder = new Recorder()
    const body = [...le(80, 4), 1, 0, ...le(operation, 2), ...le(0, 24), ...le(40, 8), ...[...name].flatMap((c) => [c.charCodeAt(0), 0])]
    const client = context<DceRpc, DceRpcState>('client', state)
    const asked = dcerpc.dissector.parse(new Reader(Uint8Array.from(pdu(0, 3, body))), client)
    const server = { ...context<DceRpc, DceRpcState>('server', state), asked }
    const m = dcerpc.dissector.parse(new Reader(Uint8Array.from(pdu(2, 3, [...le(8, 4), 1, 0, 0, 0, ...le(0, 8)]))), server)
    dcerpc.observe(seen(m, server), recorder)
    return recorder.operations.map((o) => `${o.object} ${o.operation}`).join()
  }
  assert.equal(ask(43, 'G$BCKUPKEY_P'), 'lsarpc LsarRetrievePrivateData')
  assert.equal(ask(43, 'ordinary'), ' operation 43')
  assert.equal(ask(41, 'G$BCKUPKEY_P'), ' operation 41')
})

test('without the bind, the pipe tells the interface; an answer to it names the pipe, too', () => {
  const call = pdu(0, 2, [...le(100, 4), 0, 0, 15, 0, 1, 2, 3, 4])
  const answer = pdu(2, 2, [...le(24, 4), 0, 0, 0, 0, 9, 9, 9, 9])
  const told = (state: DceRpcState, talk: readonly [Side, number[]][]): unknown => {
    const recorder = new Recorder()
    let asked: DceRpc | undefined
    for (const [from, all] of talk) {
      const plain = context<DceRpc, DceRpcState>(from, state, { serverPort: 445 })
      const ctx = { ...plain, asked: from === 'server' ? asked : undefined }
      const message = dcerpc.dissector.parse(new Reader(Uint8Array.from(all)), ctx)
      dcerpc.observe(seen(message, ctx), recorder)
      asked = from === 'client' ? message : undefined
    }
    return recorder.operations.map(({ operation, object }) => `${object} ${operation}`)
  }
  const talk: [Side, number[]][] = [
    ['client', call],
    ['server', answer],
  ]
  assert.deepEqual(told(dcerpc.dissector.start!('srvsvc'), talk), ['srvsvc NetrShareEnum'])
  assert.deepEqual(told(dcerpc.dissector.start!('share\\WINREG'), talk), ['winreg BaseRegOpenKey'])
  assert.deepEqual(told(dcerpc.dissector.start!('atsvc'), talk), [' operation 15'], 'two interfaces share this one')
  const address = [...'\\PIPE\\srvsvc\0'].map((c) => c.charCodeAt(0))
  const ack = pdu(12, 1, [...le(4280, 2), ...le(4280, 2), ...le(9, 4), ...le(address.length, 2), ...address, 0, 0])
  assert.deepEqual(told(dcerpc.dissector.start!(), [['server', ack], ...talk]), ['srvsvc NetrShareEnum'])
})
