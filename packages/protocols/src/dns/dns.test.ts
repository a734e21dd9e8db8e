import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader, TraceReader } from '@isthmus/wire'
import { bytes, context, Recorder, Rows, seen } from '../testing/recorder.ts'
import type { Dns, DnsState } from './dns.ts'
import { dns } from './protocol.ts'

const flow = { transport: 'udp', serverPort: 53 } as const
const state = (): DnsState => ({ open: new Map(), asked: new Map(), log: undefined })
const QUERY = bytes('1234 0100 0001 0000 0000 0000 03777777 04706c616e 00 0001 0001')
const ANSWER = bytes(`1234 8580 0001 0002 0000 0000 03777777 04706c616e 00 0001 0001
  c00c 0005 0001 0000003c 0004 0161 c010  c010 0001 0001 00000078 0004 0a000002`)

function parse(pdu: Uint8Array, from: 'client' | 'server' = 'client', s = state()): Dns {
  return dns.dissector.parse(new Reader(pdu), context(from, s, flow))
}

test('an answer with compressed names', () => {
  const m = parse(ANSWER, 'server')
  assert.deepEqual(m.anomalies, [])
  assert.deepEqual(m.questions, [{ name: 'www.plan', type: 1, class: 1 }])
  assert.deepEqual(
    m.answers.map((a) => [a.name, a.value, a.ttl]),
    [
      ['www.plan', 'a.plan', 60],
      ['plan', '10.0.0.2', 120],
    ],
  )
})

test('a name that points at itself ends', () => {
  const m = parse(bytes('1234 0100 0001 0000 0000 0000 c00c 0001 0001'))
  assert.deepEqual(m.anomalies, ['broken-name'])
})

test('an alias of more than 255 octets is named, in an answer and in a question that brings one along', () => {
  const alias = (octets: number): string =>
    '3f'
      .concat('61'.repeat(63))
      .repeat(Math.floor((octets - 1) / 64))
      .concat('00')
  const message = (flags: string, octets: number) => {
    const name = alias(octets)
    const length = (name.length / 2).toString(16).padStart(4, '0')
    return bytes(`1234 ${flags} 0001 0001 0000 0000 03777777 04706c616e 00 0001 0001 c00c 0005 0001 0000003c ${length} ${name}`)
  }
  assert.deepEqual(parse(message('8580', 193), 'server').anomalies, [])
  assert.deepEqual(parse(message('8580', 321), 'server').anomalies, ['overlong-name'])
  assert.deepEqual(parse(message('0000', 321), 'server').anomalies, ['overlong-name', 'question-with-answers'])
})

test('every truncation parses and is marked', () => {
  for (let cut = 0; cut < ANSWER.length; cut++) {
    assert.ok(parse(ANSWER.subarray(0, cut), 'server').anomalies.includes('truncated'), `cut at ${cut}`)
  }
})

test('a question and its answer are one row, stamped with the question', () => {
  const s = state()
  const rows = new Rows()
  const asked = parse(QUERY, 'client', s)
  dns.zeek?.(seen(asked, context('client', s, flow), 1_000_000), rows.put)
  dns.zeek?.(seen(parse(ANSWER, 'server', s), context('server', s, flow, asked), 1_250_000), rows.put)
  assert.equal(rows.rows.length, 1)
  assert.equal(rows.rows[0]?.at, 1_000_000)
  assert.deepEqual(rows.rows[0]?.cells, [
    'udp',
    0x1234,
    0.25,
    'www.plan',
    1,
    'C_INTERNET',
    1,
    'A',
    0,
    'NOERROR',
    true,
    false,
    true,
    true,
    0,
    ['a.plan', '10.0.0.2'],
    [60, 120],
    false,
    0,
    'query',
  ])
})

test('an unanswered question is reported and logged at the end', () => {
  const s = state()
  const recorder = new Recorder()
  const rows = new Rows()
  const m = seen(parse(QUERY, 'client', s), context('client', s, flow))
  dns.observe(m, recorder)
  dns.zeek?.(m, rows.put)
  dns.ended?.(s, recorder)
  dns.zeekEnded?.({ ...m, message: undefined }, rows.put)
  assert.deepEqual(recorder.said, [{ kind: 'name.resolved', name: 'www.plan', domain: 'www.plan', type: 'A', answers: [], code: '' }])
  assert.equal(rows.rows.length, 1)
})

test('a NetBIOS registration names the host', () => {
  const nbns = { transport: 'udp', serverPort: 137, clientPort: 137 } as const
  const pdu = bytes(`0001 2910 0001 0000 0000 0001 20 46414646454e46414549454e454a434143414341434143414341434143414341 00 0020 0001`)
  const ctx = context<Dns, DnsState>('client', state(), nbns)
  const recorder = new Recorder()
  dns.observe(seen(dns.dissector.parse(new Reader(pdu), ctx), ctx), recorder)
  assert.deepEqual(recorder.hints, ['client name=PUMPHMI'])
})

test('on another port only a sane question is DNS', () => {
  const elsewhere = context<Dns, DnsState>('client', state(), { transport: 'udp', serverPort: 9999 })
  assert.equal(dns.dissector.frame(new Reader(QUERY), elsewhere), QUERY.length)
  assert.equal(dns.dissector.frame(new Reader(bytes('0001 0000 0006 01 03 0000 0001 0000 0000 0000')), elsewhere), NOT_MINE)
})

test('the trace names every field', () => {
  const r = new TraceReader(QUERY)
  dns.dissector.parse(r, context('client', state(), flow))
  assert.deepEqual(
    r.nodes.map((n) => n.label),
    ['transaction', 'flags', 'questions', 'answers', 'authority records', 'additional records', 'question', 'type', 'class'],
  )
  assert.equal(r.nodes[6]?.note, 'www.plan')
})

test('on another port multicast and NetBIOS names are known by their first name', () => {
  const elsewhere = context<Dns, DnsState>('client', state(), { transport: 'udp', serverPort: 9999, clientPort: 9998 })
  const variant = (hex: string): string => {
    const pdu = bytes(hex)
    const length = dns.dissector.frame(new Reader(pdu), elsewhere)
    return length === pdu.length ? dns.dissector.parse(new Reader(pdu), elsewhere).variant : 'none'
  }
  const local = '04 706c6331 05 6c6f63616c 00'
  const netbios = '20 46414646454e46414549454e454a434143414341434143414341434143414341 00'
  assert.equal(variant(`0000 0000 0002 0000 0000 0000 ${local} 0001 8001 ${local} 001c 8001`), 'mdns')
  assert.equal(variant(`0000 8400 0000 0001 0000 0000 ${local} 0001 8001 00000078 0004 0a000002`), 'mdns')
  assert.equal(variant(`0001 2910 0001 0000 0000 0001 ${netbios} 0020 0001 c00c 0020 0001 00000000 0006 0000 0a000002`), 'nbns')
  assert.equal(variant(`0001 8500 0000 0001 0000 0000 ${netbios} 0020 0001 00000000 0006 0000 0a000002`), 'nbns')
  assert.equal(variant(`0007 8400 0000 0001 0000 0000 ${local} 0001 8001 00000078 0004 0a000002`), 'none', 'multicast has no numbers')
  assert.equal(variant(`0000 8400 0000 0001 0000 0000 04 706c6331 00 0001 8001 00000078 0004 0a000002`), 'none', 'not a name of the link')
  assert.equal(variant(`0001 8500 0000 0001 0000 0000 ${netbios} 0020 0003 00000000 0006 0000 0a000002`), 'none', 'another class')
  assert.equal(variant(`0000 8400 0000 0009 0000 0000 ${local} 0001 8001 00000078 0004 0a000002`), 'none', 'nine records in one')
})
