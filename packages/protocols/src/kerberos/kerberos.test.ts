import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context, flow, Recorder, Rows } from '../testing/recorder.ts'
import { hexOf, integer, octets, oid, tlv } from '../testing/tlv.ts'
import { findKerberos } from './gss.ts'
import { endKerberos, logKerberos } from './log.ts'
import type { Kerberos } from './message.ts'
import { hintTicket } from './observe.ts'
import { kerberos } from './protocol.ts'

const general = (text: string): number[] => tlv(0x1b, text)
const at = (n: number, ...parts: number[][]): number[] => tlv(0xa0 + n, ...parts)
const name = (type: number, ...parts: string[]): number[] => tlv(0x30, at(0, integer(type)), at(1, tlv(0x30, ...parts.map(general))))
const time = (text: string): number[] => tlv(0x18, text)
const message = (type: number, ...parts: number[][]): number[] => tlv(0x60 + type, tlv(0x30, ...parts))
const padata = (type: number): number[] => tlv(0x30, at(1, integer(type)), at(2, octets('secret')))
const request = (type: number, preauth: number[][], ...body: number[][]): number[] =>
  message(
    type,
    at(1, integer(5)),
    at(2, integer(type)),
    ...(preauth.length > 0 ? [at(3, tlv(0x30, ...preauth))] : []),
    at(4, tlv(0x30, ...body)),
  )
const BODY = [
  at(0, tlv(3, [0, 0x40, 0x80, 0, 0x10])),
  at(1, name(1, 'alice')),
  at(2, general('PLANT.LOCAL')),
  at(3, name(2, 'krbtgt', 'PLANT.LOCAL')),
  at(5, time('20370913024805Z')),
  at(7, integer(77)),
  at(8, tlv(0x30, integer(18), integer(23))),
  at(9, tlv(0x30, tlv(0x30, at(0, integer(20)), at(1, octets('ENGSTATION01    '))))),
]
const encrypted = (cipher: number): number[] => tlv(0x30, at(0, integer(cipher)), at(2, octets('xxxx')))
const ticket = (cipher: number, ...service: string[]): number[] =>
  tlv(0x61, tlv(0x30, at(0, integer(5)), at(1, general('PLANT.LOCAL')), at(2, name(2, ...service)), at(3, encrypted(cipher))))
const reply = (type: number, cipher: number, ...service: string[]): number[] =>
  message(
    type,
    at(0, integer(5)),
    at(1, integer(type)),
    at(3, general('PLANT.LOCAL')),
    at(4, name(1, 'alice')),
    at(5, ticket(cipher, ...service)),
    at(6, encrypted(18)),
  )
const error = (code: number, ...more: number[][]): number[] =>
  message(30, at(0, integer(5)), at(1, integer(30)), at(4, time('20200101000000Z')), at(5, integer(0)), at(6, integer(code)), ...more)
const SERVICE = [at(9, general('PLANT.LOCAL')), at(10, name(2, 'krbtgt', 'PLANT.LOCAL'))]

const UDP = { transport: 'udp', serverPort: 88 } as const
const up = (b: number[]): string => `>${hexOf(b)}`
const down = (b: number[]): string => `<${hexOf(b)}`

test('a login with its proof, and the row Zeek writes of it', () => {
  const talk = exchange(kerberos, { ...UDP, uid: 'C10' }, [
    up(request(10, [padata(2)], ...BODY)),
    down(reply(11, 18, 'krbtgt', 'PLANT.LOCAL')),
  ])
  assert.deepEqual(talk.heard.said, [{ kind: 'login.tried', user: 'alice', domain: 'PLANT.LOCAL', method: 'kerberos', ok: true }])
  assert.deepEqual(talk.heard.anomalies, [])
  assert.ok(talk.heard.hints.includes('client name=ENGSTATION01') && talk.heard.hints.includes('client user=alice@PLANT.LOCAL'))
  const cells = talk.rows.rows[0]!.cells
  assert.deepEqual(cells.slice(0, 10), [
    'AS',
    'alice/PLANT.LOCAL',
    'krbtgt/PLANT.LOCAL',
    true,
    undefined,
    undefined,
    2_136_422_885,
    'aes256-cts-hmac-sha1-96',
    true,
    true,
  ])
})

test('a wrong password, an unknown name and the demand for a proof are three things', () => {
  const asked = up(request(10, [padata(2)], ...BODY))
  const wrong = exchange(kerberos, { ...UDP, uid: 'C11' }, [asked, down(error(24, ...SERVICE))])
  assert.deepEqual(wrong.heard.said, [{ kind: 'login.tried', user: 'alice', domain: 'PLANT.LOCAL', method: 'kerberos', ok: false }])
  assert.equal(wrong.rows.rows[0]!.cells[4], 'KDC_ERR_PREAUTH_FAILED')
  const demand = exchange(kerberos, { ...UDP, uid: 'C12' }, [up(request(10, [], ...BODY)), down(error(25, ...SERVICE))])
  assert.deepEqual([demand.heard.said, demand.rows.rows.length], [[], 1])
  const text = exchange(kerberos, { ...UDP, uid: 'C13' }, [
    up(request(10, [], ...BODY)),
    down(error(25, at(11, general('NEEDED_PREAUTH')))),
  ])
  text.end()
  assert.equal(text.rows.rows.length, 0)
})

test('a ticket in a weak cipher, and a login nobody had to prove, are anomalies', () => {
  const roast = exchange(kerberos, { ...UDP, uid: 'C14' }, [
    up(request(12, [], ...BODY)),
    down(reply(13, 23, 'MSSQLSvc', 'historian.plant.local')),
    up(request(10, [], ...BODY)),
    down(reply(11, 18, 'krbtgt', 'PLANT.LOCAL')),
  ])
  assert.deepEqual(roast.heard.anomalies, ['kerberos.weak-ticket', 'kerberos.no-preauthentication'])
  assert.deepEqual(roast.heard.said[0], {
    kind: 'service.used',
    service: 'kerberos ticket',
    object: 'MSSQLSvc/historian.plant.local',
    user: 'alice',
    ok: true,
  })
})

test('a login that accepts nothing but a broken cipher is an anomaly', () => {
  const weak = BODY.with(6, at(8, tlv(0x30, integer(23))))
  const said = (body: number[][]) =>
    exchange(kerberos, { ...UDP, uid: 'C15' }, [up(request(10, [padata(2)], ...body)), down(reply(11, 23, 'krbtgt', 'PLANT.LOCAL'))]).heard
      .anomalies
  assert.deepEqual([said(weak), said(BODY)], [['kerberos.weak-request'], []])
})

const AP = message(
  14,
  at(0, integer(5)),
  at(1, integer(14)),
  at(2, tlv(3, [0, 0x20, 0, 0, 0])),
  at(3, ticket(18, 'cifs', 'fileserver')),
  at(4, encrypted(18)),
)
const MECHANISM = oid('1.2.840.113554.1.2.2')
const GSS = tlv(0x60, MECHANISM, [1, 0], AP)
const INIT = (token: number[]): number[] =>
  tlv(0x60, oid('1.3.6.1.5.5.2'), at(0, tlv(0x30, at(0, tlv(0x30, MECHANISM)), at(2, tlv(4, token)))))

test('a ticket in a security token is found bare, framed and inside SPNEGO', () => {
  for (const token of [AP, GSS, INIT(GSS), INIT(AP)]) {
    const m = findKerberos(Uint8Array.from(token))
    assert.deepEqual([m?.name, m?.ticket?.service], ['AP-REQ', ['cifs', 'fileserver']])
  }
  const recorder = new Recorder()
  hintTicket(findKerberos(Uint8Array.from(GSS))!, 'server', recorder)
  assert.deepEqual(recorder.hints, ['server name=fileserver', 'server domain=PLANT.LOCAL'])
  const rows = new Rows()
  const carrier = flow({ uid: 'C15' })
  logKerberos(findKerberos(Uint8Array.from(GSS))!, carrier, 'client', 5, rows.put)
  endKerberos(carrier, rows.put)
  endKerberos(carrier, rows.put)
  assert.deepEqual([rows.rows.length, rows.rows[0]!.at], [1, 5])
})

test('over TCP the length goes before, and must be the message', () => {
  const body = reply(11, 18, 'krbtgt', 'X')
  const framed = [0, 0, body.length >> 8, body.length & 0xff, ...body]
  const ctx = context<Kerberos, undefined>('server', undefined, { serverPort: 88 })
  assert.equal(kerberos.dissector.frame(new Reader(Uint8Array.from(framed)), ctx), framed.length)
  framed[3]! ^= 1
  assert.equal(kerberos.dissector.frame(new Reader(Uint8Array.from(framed)), ctx), NOT_MINE)
})

test('every truncation is marked, every altered byte is survived', () => {
  const ctx = context<Kerberos, undefined>('client', undefined, UDP)
  for (const whole of [request(10, [padata(2), padata(16)], ...BODY), error(24, ...SERVICE), reply(13, 18, 'a', 'b'), AP].map((b) =>
    Uint8Array.from(b),
  )) {
    for (let n = 0; n < whole.length; n++) {
      assert.ok(kerberos.dissector.parse(new Reader(whole.subarray(0, n)), ctx).anomalies.includes('truncated'), `cut at ${n}`)
      for (const value of [0, 0x30, 0x84, 0xff]) {
        const altered = whole.slice()
        altered[n] = value
        kerberos.dissector.parse(new Reader(altered), ctx)
        findKerberos(altered)
      }
    }
  }
})
