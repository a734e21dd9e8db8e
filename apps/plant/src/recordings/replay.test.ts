import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Turn } from '../network/tcp.ts'
import { Random } from '../random.ts'
import { applicationData, sshSession, tlsHandshake } from './replay.ts'

const joined = (turns: readonly Turn[]): Buffer => Buffer.concat(turns.map((t) => t.bytes))
const lengths = (turns: readonly Turn[]): string => turns.map((t) => `${t.by}${t.bytes.length}`).join(' ')

test('one seed replays one session, another seed another of the same shape', () => {
  for (const replay of [() => tlsHandshake, () => sshSession]) {
    const name = replay() === tlsHandshake ? 'webmail' : 'intranet-shell'
    const of = (seed: string): Turn[] => replay()(name, new Random(seed))
    assert.deepEqual(joined(of('a')), joined(of('a')))
    assert.notDeepEqual(joined(of('a')), joined(of('b')))
    assert.equal(lengths(of('a')), lengths(of('b')))
  }
})

test('what identifies a TLS session stays: server name, certificate, both hellos', () => {
  const [hello, answer] = tlsHandshake('webmail', new Random('a'))
  assert.ok(Buffer.from(hello!.bytes).includes('mail01.northmere.example'))
  assert.ok(Buffer.from(answer!.bytes).includes('Northmere Water'))
  const [other] = tlsHandshake('webmail', new Random('b'))
  assert.notDeepEqual(hello!.bytes.subarray(11, 43), other!.bytes.subarray(11, 43), 'client random')
  assert.deepEqual(hello!.bytes.subarray(0, 11), other!.bytes.subarray(0, 11))
})

test('a TLS 1.3 server repeats the session id it was asked with', () => {
  const [hello, answer] = tlsHandshake('news', new Random('a'))
  assert.deepEqual(hello!.bytes.subarray(44, 76), answer!.bytes.subarray(44, 76))
})

test('what identifies an SSH session stays: both programs, the host key', () => {
  const text = (seed: string): string => joined(sshSession('intranet-shell', new Random(seed))).toString('latin1')
  assert.match(text('a'), /^SSH-2\.0-OpenSSH_for_Windows_9\.5\r\nSSH-2\.0-OpenSSH_9\.2p1/)
  const key = (seed: string): string => text(seed).slice(text(seed).indexOf('\0\0\0\x0bssh-ed25519\0\0\0\x20')).slice(0, 51)
  assert.equal(key('a'), key('b'))
})

test('application data is cut into records no longer than TLS allows', () => {
  const bytes = applicationData(new Random('a'), 40_000)
  let at = 0
  let records = 0
  for (; at < bytes.length; records++) {
    assert.equal(bytes[at], 23)
    const length = bytes.readUInt16BE(at + 3)
    assert.ok(length <= 16_384 + 256)
    at += 5 + length
  }
  assert.equal(at, bytes.length)
  assert.equal(records, 3)
})
