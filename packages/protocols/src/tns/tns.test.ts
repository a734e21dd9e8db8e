import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { tns } from './protocol.ts'
import { type Tns, type TnsState, valueIn } from './tns.ts'

const u16 = (n: number) => n.toString(16).padStart(4, '0')
const raw = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const packet = (type: number, body: string) => {
  const hex = body.replace(/ /g, '')
  return `${u16(8 + hex.length / 2)}0000${type.toString(16).padStart(2, '0')}000000${hex}`
}
const connect = (descriptor: string) =>
  `>${packet(1, `013a 012c 0c41 2000 ffff 7f08 0000 0100 ${u16(descriptor.length)} 003a ${'00'.repeat(30)}${raw(descriptor)}`)}`
const PLANT =
  '(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=plant)(CID=(PROGRAM=historian)(HOST=HIST1)(USER=svc)))(ADDRESS=(PROTOCOL=TCP)(HOST=10.0.0.9)(PORT=1521)))'
const over = { serverPort: 1521 }
const length = (text: string) => `000000${text.length.toString(16).padStart(2, '0')}`

test('a connection, its login and a statement', () => {
  const auth = `0000 03 76 02 ${'feff'.repeat(4)} ${raw('scada')} 0d000000 ${raw('AUTH_MACHINE')} ${length('HIST1')} ${raw('HIST1')} 00000000`
  const version = `0000 08 ${raw('AUTH_VERSION_STRING')} 00000010 ${raw('- Production 19c')}00`
  const x = exchange(tns, over, [
    connect(PLANT),
    `<${packet(2, '013a 0000 2000 ffff')}`,
    `>${packet(6, auth)}`,
    `<${packet(6, version)}`,
    `>${packet(6, `0000 03 5e 03 0102 ${raw("select level from tank where id='n'")}00`)}`,
    `<${packet(6, `0000 04 00 ${raw('ORA-00942: table or view does not exist')}`)}`,
  ])
  assert.deepEqual(x.heard.said, [{ kind: 'login.tried', user: 'scada', domain: 'plant', method: 'oracle', ok: true }])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access, o.ok, o.error]),
    [
      ['connect', 'plant', 'session', true, ''],
      ['SELECT', "select level from tank where id='…'", 'read', false, 'ORA-00942: table or view does not exist'],
    ],
  )
  assert.deepEqual(x.heard.hints, [
    'client software=historian',
    'client name=HIST1',
    'client user=svc',
    'server role=oracle listener',
    'server software=Oracle Database Production 19c',
  ])
})

test('a refusal says why and which version refuses', () => {
  const why = '(DESCRIPTION=(TMP=)(VSNNUM=186647552)(ERR=12514))'
  const x = exchange(tns, over, [connect(PLANT), `<${packet(4, `2200 ${u16(why.length)}${raw(why)}`)}`])
  assert.equal(x.heard.operations[0]!.error, '12514 unknown service')
  assert.ok(x.heard.hints.includes('server software=Oracle TNS listener 11.2.0.4.0'))
})

test('a command to the listener is no connection', () => {
  const x = exchange(tns, over, [connect('(DESCRIPTION=(CONNECT_DATA=(COMMAND=stop)))'), `<${packet(2, '013a')}`])
  assert.deepEqual([x.heard.operations[0]!.operation, x.heard.operations[0]!.access], ['listener stop', 'control'])
})

test('a connect decides on any port', () => {
  const frame = (hex: string) =>
    tns.dissector.frame(new Reader(bytes(hex)), context<Tns, TnsState>('client', tns.dissector.start!(), { serverPort: 4000 }))
  const whole = connect(PLANT).slice(1)
  assert.equal(frame(whole), whole.replace(/ /g, '').length / 2)
  for (const other of ['0016000006000000', '1603010200010001fc0303', `${u16(40)}000001000000${'ff'.repeat(32)}`])
    assert.equal(frame(other), NOT_MINE, other)
})

test('values of descriptors end where they must', () => {
  assert.deepEqual([valueIn('(A=(SID=x))', 'SID'), valueIn('(SID=x', 'SID'), valueIn('', 'SID')], ['x', 'x', ''])
})
