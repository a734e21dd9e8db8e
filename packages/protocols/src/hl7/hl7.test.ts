import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { dissector, type Hl7, type Hl7State } from './hl7.ts'
import { hl7 } from './protocol.ts'

const block = (...segments: string[]): Uint8Array => new TextEncoder().encode(`\x0b${segments.join('\r')}\r\x1c\r`)
const hex = (message: Uint8Array): string => [...message].map((b) => b.toString(16).padStart(2, '0')).join('')
const talk = (...lines: [string, Uint8Array][]) =>
  exchange(
    hl7,
    { serverPort: 2575 },
    lines.map(([side, message]) => side + hex(message)),
  )

const ADMIT = block(
  'MSH|^~\\&|ADT1|EAST|LABADT|MAIN|202211220500||ADT^A01^ADT_A01|MSG001|P|2.5',
  'SFT|Acme|4.2|Bedside',
  'PID|1||12345^^^EAST||DOE^JANE||19800101|F',
)
const ack = (code: string): Uint8Array => block('MSH|^~\\&|LABADT|MAIN|ADT1|EAST|202211220500||ACK^A01|A1|P|2.5', `MSA|${code}|MSG001`)
const operations = (x: ReturnType<typeof talk>): string[] =>
  x.heard.operations.map((o) => `${o.operation}, ${o.object}: ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)

test('a message is one operation, its acknowledgment the outcome', () => {
  const taken = talk(['>', ADMIT], ['<', ack('AA')])
  assert.deepEqual(operations(taken), ['ADT^A01 patient administration, ADT1 at EAST to LABADT at MAIN: true'])
  const refused = talk(['>', ADMIT], ['<', ack('AR')])
  assert.deepEqual(operations(refused), ['ADT^A01 patient administration, ADT1 at EAST to LABADT at MAIN: false application reject'])
  assert.deepEqual(taken.messages[0]!.segments, ['MSH', 'SFT', 'PID'])
})

test('both ends are named, the patient is not', () => {
  const x = talk(['>', ADMIT], ['<', ack('AA')])
  assert.deepEqual(x.heard.hints, [
    'client software=ADT1',
    'client location=EAST',
    'server software=LABADT',
    'server location=MAIN',
    'client role=HL7 sender',
    'server role=HL7 receiver',
    'client vendor=Acme',
    'client software=Bedside 4.2',
  ])
  assert.ok(!JSON.stringify([x.messages, x.heard.operations, x.heard.said]).includes('DOE'))
})

test('other delimiters than the usual are those that the header names', () => {
  const x = talk(['>', block('MSH#*~\\&#LAB#WEST#HIS#MAIN###ORU*R01#7#P#2.3')])
  const m = x.messages[0]!
  assert.deepEqual([m.sender, m.receiverFacility, m.type, m.trigger, m.version], ['LAB', 'MAIN', 'ORU', 'R01', '2.3'])
})

test('what nobody acknowledges is told at the end', () => {
  const x = talk(['>', ADMIT])
  x.end()
  assert.deepEqual(operations(x), ['ADT^A01 patient administration, ADT1 at EAST to LABADT at MAIN: undefined'])
})

test('a message of megabytes runs past in pieces, its header read', () => {
  const long = block('MSH|^~\\&|LAB|E|HIS|M|||MDM^T02|9|P|2.5', `OBX|1|ED|||${'x'.repeat(200_000)}`)
  const state = dissector.start!()
  const ctx = context<Hl7, Hl7State>('client', state)
  let at = 0
  const types: string[] = []
  while (at < long.length) {
    const length = dissector.frame(new Reader(long, at), ctx)
    assert.ok(length > 0)
    types.push(dissector.parse(new Reader(long, at, at + length), ctx).type)
    at += length
  }
  assert.deepEqual([types[0], types.length, state.client], ['MDM', 4, false])
})

test('only a block that begins with a header and its delimiters is HL7', () => {
  const ctx = context<Hl7, Hl7State>('client', dissector.start!())
  for (const text of ['MSH|^~\\&|', '\x0bHELLO|^~\\&', '\x0bMSHaaaaaaaaa', '\x0bPID|1||12345'])
    assert.equal(dissector.frame(new Reader(new TextEncoder().encode(text)), ctx), NOT_MINE, text)
  for (const text of ['\x0b', '\x0bMSH|', '\x0bMSH|^~\\&|LAB'])
    assert.equal(dissector.frame(new Reader(new TextEncoder().encode(text)), ctx), NEED_MORE, text)
})

test('every truncation says that it is one', () => {
  for (let n = 1; n < ADMIT.length - 1; n++)
    assert.deepEqual(
      dissector.parse(new Reader(ADMIT.subarray(0, n)), context<Hl7, Hl7State>('client', dissector.start!())).anomalies,
      ['truncated'],
      `cut to ${n}`,
    )
})
