import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recorder, Rows } from '../testing/recorder.ts'
import { hintNtlm, logNtlm } from './login.ts'
import { findNtlm } from './ntlmssp.ts'
import { readSpnego, usesKerberos } from './spnego.ts'

const le = (n: number, size: number) => Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** i) & 255)
const wide = (text: string) => [...text].flatMap((c) => le(c.charCodeAt(0), 2))
const SIGNATURE = [...'NTLMSSP\0'].map((c) => c.charCodeAt(0))
const field = (length: number, offset: number) => [...le(length, 2), ...le(length, 2), ...le(offset, 4)]

const INFO = [1, 0, ...le(8, 2), ...wide('DC01'), 3, 0, ...le(24, 2), ...wide('dc01.plant.x'), 0, 0, 0, 0]
const CHALLENGE = Uint8Array.from([
  0xff,
  0xff,
  ...SIGNATURE,
  ...le(2, 4),
  ...field(0, 56),
  ...le(0x02000001, 4),
  ...le(0, 16),
  ...field(INFO.length, 56),
  10,
  0,
  ...le(17763, 2),
  0,
  0,
  0,
  15,
  ...INFO,
])
const AUTHENTICATE = Uint8Array.from([
  ...SIGNATURE,
  ...le(3, 4),
  ...field(0, 64),
  ...field(24, 80),
  ...field(10, 64),
  ...field(6, 74),
  ...field(0, 80),
  ...field(0, 80),
  ...le(1, 4),
  ...wide('PLANT'),
  ...wide('bob'),
  ...new Array<number>(24).fill(9),
])

test('a challenge names the server and its system, wherever it lies in the token', () => {
  const recorder = new Recorder()
  hintNtlm(findNtlm(CHALLENGE)!, 'server', recorder)
  assert.deepEqual(recorder.hints, [
    'server os=Windows 10 1809 or Server 2019 (10.0.17763)',
    'server name=DC01',
    'server name=dc01.plant.x',
  ])
})

test('a login by the old hash is a weakness', () => {
  const recorder = new Recorder()
  hintNtlm(findNtlm(AUTHENTICATE)!, 'client', recorder)
  assert.deepEqual(recorder.hints, ['client user=PLANT\\bob'])
  assert.deepEqual(recorder.said, [{ kind: 'credential.exposed', user: 'bob', mask: 'NTLMv1 answer (24)', weakness: 'weak-hash' }])
})

test('the row is written with the outcome', () => {
  const rows = new Rows()
  let row = logNtlm(undefined, findNtlm(CHALLENGE), { state: 1, mechanisms: [] }, 5, rows.put)
  row = logNtlm(row, findNtlm(AUTHENTICATE), undefined, 6, rows.put)
  logNtlm(row, undefined, { state: 0, mechanisms: [] }, 7, rows.put)
  assert.deepEqual(rows.rows, [{ log: 'ntlm', cells: ['bob', undefined, 'PLANT', 'DC01', 'dc01.plant.x', undefined, true], at: 5 }])
})

test('offsets that lie outside are empty, never an exception', () => {
  for (const token of [CHALLENGE, AUTHENTICATE]) {
    for (let at = 8; at < token.length; at++) {
      const altered = token.slice()
      altered[at] = 0xff
      findNtlm(altered)
      findNtlm(token.subarray(0, at))
    }
  }
})

test('SPNEGO tells the mechanism and the state', () => {
  const kerberos = Uint8Array.from([0xa0, 0x0f, 0x30, 0x0d, 0xa0, 0x0b, 0x30, 0x09, 0x06, 0x07, 0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01])
  assert.ok(!usesKerberos(readSpnego(kerberos)))
  assert.equal(readSpnego(Uint8Array.from([0xa1, 0x07, 0x30, 0x05, 0xa0, 0x03, 0x0a, 0x01, 0x00]))?.state, 0)
})
