import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Eapol, type EapolState, eapol } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const

test('who logs in at the port, how, and what came of it', () => {
  const talk = exchange(eapol, eth, [
    '> 01 01 0000',
    '< 01 00 0005 01 01 0005 01',
    '> 01 00 0008 02 01 0008 01 656e67',
    '< 01 00 0006 01 02 0006 04 10',
    '< 01 00 0004 04 02 0004',
  ])
  assert.deepEqual(talk.heard.hints, ['client user=eng', 'server role=authenticator'])
  assert.deepEqual(talk.heard.anomalies, ['eapol.weak-method'])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'login.tried' && [s.user, s.method, s.ok]),
    [['eng', 'EAP MD5', false]],
  )
})

test('lengths that lie, cuts and other versions', () => {
  const ctx = context<Eapol, EapolState>('client', { user: '', method: '' }, eth)
  const parse = (hex: string): Eapol => eapol.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse('01 00 0004 02 01 0002').anomalies, ['bad-length'])
  assert.deepEqual(parse('01 00 0010 02 01 0010 01').anomalies, ['truncated'])
  assert.equal(eapol.dissector.frame(new Reader(bytes('09 00 0000')), ctx), NOT_MINE)
})
