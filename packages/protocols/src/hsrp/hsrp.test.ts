import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Hsrp, type HsrpState, hsrp } from './protocol.ts'

const udp = { transport: 'udp', serverPort: 1985, serverIp: '224.0.0.2' } as const
const hello = (state: string, opcode = '00'): string => `> 00 ${opcode} ${state} 03 0a 64 01 00 636973636f000000 0a000001`

test('who becomes active is a change; the default password is exposed once', () => {
  const talk = exchange(hsrp, udp, [hello('08'), hello('10'), hello('10'), hello('10', '02')])
  assert.deepEqual(
    talk.heard.said.map((s) =>
      s.kind === 'configuration.changed' ? [s.what, s.value] : s.kind === 'credential.exposed' ? [s.weakness] : s.kind,
    ),
    [['default'], ['active gateway of HSRP group 1', '10.0.0.1']],
  )
  assert.ok(talk.heard.hints.includes('client interface=HSRP group 1, virtual 10.0.0.1'))
  assert.ok(talk.heard.operations.some((o) => o.operation === 'gave up as active gateway'))
})

test('a coup is a change at once', () => {
  const talk = exchange(hsrp, udp, [hello('04', '01'), hello('10')])
  assert.deepEqual(talk.heard.said.filter((s) => s.kind === 'configuration.changed').length, 1)
})

test('version 2 with IPv6', () => {
  const talk = exchange(hsrp, { ...udp, serverPort: 2029 }, [
    `> 01 28 02 00 06 06 0014 020000000001 00000064 00000bb8 00002710 fe800000000000000000000000000005`,
  ])
  assert.deepEqual([talk.messages[0]!.state, talk.messages[0]!.group, talk.messages[0]!.address], ['active', 20, 'fe80::5'])
})

test('cuts, unknown states and other bytes', () => {
  const ctx = context<Hsrp, HsrpState>('client', { groups: new Map(), isExposed: false }, udp)
  const parse = (hex: string): Hsrp => hsrp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse('00 00 10 03').anomalies, ['truncated'])
  assert.deepEqual(parse('00 00 07 03 0a 64 01 00 0000000000000000 0a000001').anomalies, ['unknown-state'])
  assert.deepEqual(parse('01 28 02 00').anomalies.includes('truncated'), true)
  assert.equal(hsrp.dissector.frame(new Reader(bytes('00 09 10 03')), ctx), NOT_MINE)
})

test('on another port only a whole group state', () => {
  const ctx = context<Hsrp, HsrpState>('client', { groups: new Map(), isExposed: false }, { ...udp, serverPort: 9999, clientPort: 9998 })
  const isFound = (hex: string) => hsrp.dissector.frame(new Reader(bytes(hex)), ctx) === bytes(hex).length
  const second = '01 28 02 00 06 04 0014 020000000001 00000064 00000bb8 00002710 0a000005 000000000000000000000000'
  assert.ok(isFound(hello('10').slice(1)))
  assert.ok(isFound(second))
  assert.ok(isFound(`${second} 04 1c ${'00'.repeat(28)}`), 'with a digest')
  assert.ok(!isFound('00 00 10 0a 0a 64 01 00 636973636f000000 0a000001'), 'no longer held than said')
  assert.ok(!isFound('00 00 11 03 0a 64 01 00 636973636f000000 0a000001'), 'a state of none')
  assert.ok(!isFound(`${hello('10').slice(1)} 00`), 'a byte too many')
  assert.ok(!isFound(second.replace('06 04', '06 05')), 'a family of none')
})
