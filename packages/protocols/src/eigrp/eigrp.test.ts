import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Eigrp, type EigrpState, eigrp } from './protocol.ts'

const ip = { transport: 'ip', serverIp: '224.0.0.10' } as const
const HEAD = '0000 00000000 00000001 00000000 0000 0064'
const METRIC = '00000100 05dc0001 ff010000'

test('a hello tells AS and software', () => {
  const talk = exchange(eigrp, ip, [`> 02 05 ${HEAD} 0001 000c 01 00 01 00 00 00 000f 0004 0008 0c 04 01 02`])
  assert.deepEqual(talk.heard.hints.slice(2), [
    'client vendor=Cisco',
    'client interface=EIGRP AS 100',
    'client software=IOS 12.4, EIGRP 1.2',
  ])
})

test('routes come and go, a router says goodbye', () => {
  const route = (delay: string, prefix: string): string => `0102 001c 0a000001 ${delay} ${METRIC} ${prefix}`
  const talk = exchange(eigrp, ip, [
    `> 02 01 ${HEAD} ${route('00000080', '18 0a0102')}`,
    `> 02 03 ${HEAD} ${route('ffffffff', '18 0a0102')}`,
    `> 02 05 ${HEAD} 0001 000c ff ff ff ff ff 00 000f`,
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['route announced 10.1.2.0/24', 'update AS 100', 'route withdrawn 10.1.2.0/24', 'query AS 100', 'goodbye AS 100', 'hello AS 100'],
  )
})

test('lengths that lie, cuts and other versions', () => {
  const ctx = context<Eigrp, EigrpState>('client', { isKnown: false }, ip)
  const parse = (hex: string): Eigrp => eigrp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse(`02 05 ${HEAD} 0001 0003`).anomalies, ['bad-length'])
  assert.deepEqual(parse(`02 05 ${HEAD} 0001 000c 01`).anomalies, ['truncated'])
  assert.deepEqual(parse(`02 09 ${HEAD}`).anomalies, ['unknown-opcode'])
  assert.equal(eigrp.dissector.frame(new Reader(bytes(`03 05 ${HEAD}`)), ctx), NOT_MINE)
})
