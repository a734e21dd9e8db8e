import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { bytes } from '../testing/recorder.ts'
import { checkOf } from './crc.ts'
import { dnp3 } from './protocol.ts'

const hexOf = (data: Uint8Array | readonly number[]) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('')

/** One link frame around a fragment: master 1 and outstation 10. */
function frame(line: string): string {
  const isAsked = line.startsWith('>')
  const data = [0xc0, ...bytes(line.slice(1))]
  const head = [0x05, 0x64, 5 + data.length, isAsked ? 0xc4 : 0x44, ...(isAsked ? [10, 0, 1, 0] : [1, 0, 10, 0])]
  const out: number[] = []
  const block = (part: readonly number[]) => {
    const check = checkOf(Uint8Array.from(part), 0, part.length)
    out.push(...part, check & 0xff, check >> 8)
  }
  block(head)
  for (let at = 0; at < data.length; at += 16) block(data.slice(at, at + 16))
  return `${line[0]} ${hexOf(out)}`
}

const run = (...lines: string[]) => exchange(dnp3, { serverPort: 20_000 }, lines.map(frame))
/** An object that brings its size. */
const sized = (variation: number, content: string) => `78 ${hexOf([variation])} 5b 01 ${hexOf([bytes(content).length, 0])} ${content}`

const SWITCH = '0c 01 28 01 00 03 00 03 01 64000000 00000000 00'
const CHALLENGE = sized(1, '01000000 0000 04 01 aabbccdd')
const reply = (user: string) => sized(2, `01000000 ${user} 00112233445566778899aabbccddeeff`)

test('a challenged command is answered once its reply proves the user', () => {
  const { heard } = run(`> c3 05 ${SWITCH}`, `< c3 83 0000 ${CHALLENGE}`, `> c3 20 ${reply('0300')}`, `< c3 81 0000 ${SWITCH}`)
  assert.deepEqual(heard.said, [{ side: 'client', kind: 'login.tried', user: 'user 3', domain: '', method: 'DNP3 challenge', ok: true }])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [['direct operate', 'binary output command 3', true]],
  )
  assert.deepEqual(heard.anomalies, [])
  assert.ok(!heard.hints.some((hint) => hint.includes('without secure')))
})

test('a refused proof refuses the command', () => {
  const error = sized(7, '01000000 0300 0100 01 000000000000')
  const { heard } = run(`> c3 05 ${SWITCH}`, `< c3 83 0000 ${CHALLENGE}`, `> c3 20 ${reply('0300')}`, `< c3 83 0000 ${error}`)
  assert.deepEqual(heard.said, [{ side: 'client', kind: 'login.tried', user: 'user 3', domain: '', method: 'DNP3 challenge', ok: false }])
  assert.equal(heard.operations[0]!.error, 'authentication failed')
  assert.deepEqual(heard.values, ['outstation 10 binary output command 3:=latch on control refused'])
})

test('aggressive mode brings the proof along', () => {
  const mac = sized(9, '00112233445566778899aabbccddeeff')
  const { heard } = run(`> c4 05 78 03 07 01 01000000 0500 ${SWITCH} ${mac}`, `< c4 81 0000 ${SWITCH}`)
  assert.deepEqual(heard.said, [
    { side: 'client', kind: 'login.tried', user: 'user 5', domain: '', method: 'DNP3 aggressive mode', ok: true },
  ])
  assert.equal(heard.operations[0]!.object, 'binary output command 3')
  assert.deepEqual(heard.anomalies, [])
})

test('session keys and users', () => {
  const status = sized(5, '01000000 0100 02 01 04 0400 aabbccdd')
  const user = sized(10, `03 01 01000000 0200 6d01 0500 0000 0000 ${hexOf(new TextEncoder().encode('Alice'))}`)
  const { heard } = run(`> c5 20 78 04 07 01 0100`, `< c5 83 0000 ${status}`, `> c6 20 ${user}`, '< c6 83 0000')
  assert.deepEqual(
    heard.said.map((s) =>
      s.kind === 'encryption.negotiated' ? s.cipher : s.kind === 'configuration.changed' ? `${s.what}: ${s.value}` : '',
    ),
    ['HMAC-SHA-256 (16 bytes), AES-256 key wrap', 'user Alice: added, engineer'],
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object]),
    [
      ['authentication request', 'session key status request'],
      ['authentication request', 'user status change'],
    ],
  )
})

test('a command that nobody proved is marked', () => {
  const { heard } = run(`> c3 05 ${SWITCH}`, `< c3 81 0000 ${SWITCH}`)
  assert.ok(heard.hints.includes('server outstation 10 description=critical functions without secure authentication'))
})
