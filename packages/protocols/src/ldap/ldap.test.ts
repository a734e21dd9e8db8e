import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context, Recorder, seen } from '../testing/recorder.ts'
import { hexOf, integer, octets, tlv } from '../testing/tlv.ts'
import type { LdapState } from './ldap.ts'
import type { Ldap } from './message.ts'
import { cldap, ldap } from './protocol.ts'

const up = (b: number[]): string => `>${hexOf(b)}`
const down = (b: number[]): string => `<${hexOf(b)}`
const message = (id: number, tag: number, ...parts: number[][]): number[] => tlv(0x30, integer(id), tlv(0x60 + tag, ...parts))
const enumerated = (n: number): number[] => integer(n, 0x0a)
const result = (id: number, tag: number, code: number, text = '', ...more: number[][]): number[] =>
  message(id, tag, enumerated(code), octets(''), octets(text), ...more)
const bind = (id: number, name: string, password: string): number[] => message(id, 0, integer(3), octets(name), tlv(0x80, password))
const search = (id: number, base: string, scope: number, filter: number[], ...attributes: string[]): number[] =>
  message(
    id,
    3,
    octets(base),
    enumerated(scope),
    enumerated(0),
    integer(0),
    integer(0),
    tlv(1, [0]),
    filter,
    tlv(0x30, ...attributes.map(octets)),
  )
const equal = (name: string, value: string | number[]): number[] => tlv(0xa3, octets(name), tlv(4, value))
const attribute = (name: string, ...values: (string | number[])[]): number[] =>
  tlv(0x30, octets(name), tlv(0x31, ...values.map((v) => tlv(4, v))))
const DN = 'cn=admin,dc=plant,dc=local'
const TCP = { serverPort: 389 } as const

test('a simple bind shows its password; the row does not', () => {
  const talk = exchange(ldap, TCP, [up(bind(1, DN, 'hunter22')), down(result(1, 1, 49, 'no'))])
  assert.deepEqual(talk.heard.said, [
    { kind: 'credential.exposed', user: DN, mask: 'h…2 (8)', weakness: 'clear' },
    { kind: 'login.tried', user: DN, domain: '', method: 'ldap simple', ok: false },
  ])
  assert.deepEqual(talk.rows.rows, [{ log: 'ldap', cells: [1, 3, 'bind simple', 'invalid credentials', 'no', DN, 'REDACTED'], at: 1 }])
})

test('filters read as people write them', () => {
  const cases: [number[], string][] = [
    [tlv(0x87, 'objectClass'), '(objectClass=*)'],
    [tlv(0xa0, equal('a', '1'), tlv(0xa2, equal('b', '2')), tlv(0xa1, equal('c', '3'))), '(&(&(a=1)(!(b=2)))(|(c=3)))'],
    [tlv(0xa4, octets('cn'), tlv(0x30, tlv(0x80, 'x'), tlv(0x81, 'y'), tlv(0x82, 'z'))), '(cn=x*y*z)'],
    [tlv(0xa9, tlv(0x81, '2.5.13.2'), tlv(0x82, 'sn'), tlv(0x83, 'Smith')), '(sn:2.5.13.2:=Smith)'],
    [equal('NtVer', [0x16, 0, 0, 0x20]), '(NtVer=0x20000016)'],
    [tlv(0xa5, octets('uid'), octets('5')), '(uid>=5)'],
  ]
  for (const [filter, text] of cases) {
    const { messages } = exchange(ldap, TCP, [up(search(2, 'dc=x', 2, filter))])
    assert.equal(messages[0]!.filter, text)
  }
})

test('a search and its entries are one row; the root entry tells which server this is', () => {
  const talk = exchange(ldap, TCP, [
    up(search(7, '', 0, tlv(0x87, 'objectClass'), 'dnsHostName')),
    down(
      message(
        7,
        4,
        octets(''),
        tlv(
          0x30,
          attribute('dnsHostName', 'dc1.plant.local'),
          attribute('defaultNamingContext', 'DC=plant,DC=local'),
          attribute('domainControllerFunctionality', '7'),
        ),
      ),
    ),
    down(result(7, 5, 0)),
  ])
  assert.deepEqual(talk.rows.rows, [
    { log: 'ldap_search', cells: [7, 'base', 'never', undefined, 1, 'success', undefined, '(objectClass=*)', undefined], at: 1 },
  ])
  for (const hint of ['name=dc1.plant.local', 'domain=plant.local', 'os=Windows Server 2016 or later', 'role=domain controller'])
    assert.ok(talk.heard.hints.includes(`server ${hint}`), hint)
})

test('what is changed is told, secrets by name only', () => {
  const change = (how: number, name: string, value: string): number[] => tlv(0x30, enumerated(how), attribute(name, value))
  const talk = exchange(ldap, TCP, [
    up(message(3, 6, octets(DN), tlv(0x30, change(2, 'description', 'pump 7'), change(2, 'unicodePwd', 'secret')))),
    down(result(3, 7, 0)),
    up(tlv(0x30, integer(4), tlv(0x4a, DN))),
    down(result(4, 11, 50)),
  ])
  assert.deepEqual(talk.heard.said, [
    { kind: 'configuration.changed', what: DN, value: 'replace(description=pump 7), replace(unicodePwd=…)', ok: true },
    { kind: 'configuration.changed', what: DN, value: 'deleted', ok: false },
  ])
  assert.deepEqual(
    talk.rows.rows.map((r) => r.cells.slice(2)),
    [
      ['modify', 'success', undefined, DN, 'replace(description=pump 7), replace(unicodePwd=REDACTED)'],
      ['delete', 'insufficient access rights', undefined, DN, undefined],
    ],
  )
})

test('NTLM outside SASL: the challenge is where a name would be matched', () => {
  const le = (n: number, size: number): number[] => Array.from({ length: size }, (_, i) => (n >> (8 * i)) & 255)
  const wide = [...'DC01'].flatMap((c) => le(c.charCodeAt(0), 2))
  const info = [1, 0, 8, 0, ...wide, 0, 0, 0, 0]
  const signature = [...'NTLMSSP\0'].map((c) => c.charCodeAt(0))
  const challenge = [...signature, ...le(2, 4), ...le(0, 4), ...le(56, 4), ...le(0x02000001, 4), ...le(0, 16), ...le(info.length, 2)]
  const whole = [...challenge, ...le(info.length, 2), ...le(56, 4), ...le(0, 8), ...info]
  const asks = message(1, 0, integer(3), octets(''), tlv(0x8a, signature))
  const { heard } = exchange(ldap, TCP, [up(asks), down(message(1, 1, enumerated(14), tlv(4, whole), octets('')))])
  assert.ok(heard.hints.includes('server name=DC01'))
})

test('behind a protected login, what is only signed is read and what is sealed is not', () => {
  const sasl = message(1, 0, integer(3), octets(''), tlv(0xa3, octets('GSS-SPNEGO'), octets('token')))
  const inner = search(9, 'dc=x', 0, tlv(0x87, 'cn'))
  const wrap = (flags: number, content: number[]): number[] => {
    const token = [5, 4, flags, 0xff, 0, 2, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0xaa, 0xbb, ...content]
    return [0, 0, token.length >> 8, token.length & 0xff, ...token]
  }
  const talk = exchange(ldap, TCP, [up(sasl), down(result(1, 1, 0)), up(wrap(0, inner)), up(wrap(2, inner))])
  assert.deepEqual(
    talk.carried.map((c) => [c.over, [...c.bytes]]),
    [['ldap/clear', inner]],
  )
  assert.deepEqual(talk.messages[3]!.anomalies, ['encrypted'])
  assert.deepEqual(talk.heard.anomalies, [])
})

test('the answer to a CLDAP ping names the domain controller', () => {
  const label = (text: string): number[] => [text.length, ...[...text].map((c) => c.charCodeAt(0))]
  const names = [
    ...label('plant'),
    ...label('local'),
    0,
    0xc0,
    24,
    ...label('dc1'),
    0xc0,
    24,
    ...label('PLANT'),
    0,
    ...label('DC1'),
    0,
    0,
    0,
    0,
  ]
  const answer = [23, 0, 0, 0, 0xfd, 3, 0, 0, ...new Array<number>(16).fill(7), ...names]
  const talk = exchange(cldap, { transport: 'udp', serverPort: 389 }, [
    up(search(5, '', 0, tlv(0xa0, equal('DnsDomain', 'plant.local')), 'Netlogon')),
    down(message(5, 4, octets(''), tlv(0x30, attribute('Netlogon', answer)))),
    down(result(5, 5, 0)),
  ])
  for (const hint of ['domain=plant.local', 'name=dc1.plant.local', 'domain=PLANT', 'name=DC1'])
    assert.ok(talk.heard.hints.includes(`server ${hint}`), hint)
})

test('every truncation is marked, every altered byte is survived, other bytes are refused', () => {
  const state = (): LdapState => ldap.dissector.start!()
  for (const whole of [bind(1, DN, 'x'), search(2, 'a', 2, tlv(0xa0, equal('a', '1'), equal('b', '2')), 'c'), result(1, 1, 0)].map((b) =>
    Uint8Array.from(b),
  )) {
    for (let n = 0; n < whole.length; n++) {
      const ctx = context<Ldap, LdapState>('client', state(), TCP)
      const cut = ldap.dissector.parse(new Reader(whole.subarray(0, n)), ctx)
      assert.ok(cut.anomalies.includes('truncated'), `cut at ${n}`)
      for (const value of [0, 0x30, 0x84, 0xff]) {
        const altered = whole.slice()
        altered[n] = value
        ldap.dissector.parse(new Reader(altered), ctx)
      }
    }
  }
  const deep = Array.from({ length: 60 }).reduce<number[]>((inner) => tlv(0xa2, inner), tlv(0x87, 'x'))
  assert.ok(
    ldap.dissector.parse(new Reader(Uint8Array.from(search(1, '', 0, deep))), context('client', state(), TCP)).filter.startsWith('(!(!('),
  )
  for (const other of [tlv(0x30, integer(1), octets('public'), tlv(0xa0)), tlv(0x30, integer(1), tlv(0x7f, [])), [0, 0, 0, 9]])
    assert.equal(ldap.dissector.frame(new Reader(Uint8Array.from(other)), context('client', state())), NOT_MINE)
})

test('an answer to an operation that nobody has defined is read', () => {
  const { dissector } = ldap
  const state = dissector.start!()
  const unknown = dissector.parse(new Reader(Uint8Array.from(message(7, 30))), context<Ldap, LdapState>('client', state, TCP))
  assert.deepEqual(unknown.anomalies, ['unknown-operation'])
  const ctx = { ...context<Ldap, LdapState>('server', state, TCP), asked: unknown }
  const answer = dissector.parse(new Reader(Uint8Array.from(result(7, 9, 0))), ctx)
  const recorder = new Recorder()
  ldap.observe(seen(answer, ctx), recorder)
  assert.deepEqual(
    recorder.operations.map((o) => `${o.operation} ${o.access} ${o.ok}`),
    ['operation 30 unknown true'],
  )
})
