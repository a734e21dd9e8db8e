import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACK, FIN, Packet, RST, SYN } from '../packet/packet.ts'
import { TcpState } from './tcp-state.ts'

type Step = readonly [side: 'c' | 's', flags: number, seq: number, ack: number, length?: number, window?: number]

function play(steps: readonly Step[], everyUs = 1000): TcpState {
  const tcp = new TcpState()
  const p = new Packet()
  steps.forEach(([side, flags, seq, ack, length = 0, window = 1000], i) => {
    Object.assign(p, {
      flags,
      seq: seq >>> 0,
      ack: ack >>> 0,
      window,
      payloadLength: length,
      payloadAt: 0,
      payloadEnd: length,
      atUs: 1 + i * everyUs,
    })
    tcp.segment(side === 'c', p)
    if (tcp.wantsFlip) tcp.flip()
  })
  return tcp
}

function story(steps: readonly Step[]): string {
  const t = play(steps)
  return `${t.connState} ${t.history} ${t.clientBytes}/${t.serverBytes} missed ${t.missedBytes}`
}

const handshake: Step[] = [
  ['c', SYN, 100, 0],
  ['s', SYN | ACK, 900, 101],
  ['c', ACK, 101, 901],
]

test('a whole exchange is SF, its bytes without SYN and FIN', () => {
  const steps: Step[] = [
    ...handshake,
    ['c', ACK, 101, 901, 12],
    ['s', ACK, 901, 113, 9],
    ['c', FIN | ACK, 113, 910],
    ['s', FIN | ACK, 910, 114],
    ['c', ACK, 114, 911],
  ]
  assert.equal(story(steps), 'SF ShADdFf 12/9 missed 0')
})

test('attempts, refusals and aborts', () => {
  assert.equal(
    story([
      ['c', SYN, 1, 0],
      ['c', SYN, 1, 0],
    ]),
    'S0 S 0/0 missed 0',
  )
  assert.equal(
    story([
      ['c', SYN, 1, 0],
      ['s', RST | ACK, 0, 2],
    ]),
    'REJ Sr 0/0 missed 0',
  )
  assert.equal(
    story([
      ['c', SYN, 1, 0],
      ['c', RST, 2, 0],
    ]),
    'RSTOS0 SR 0/0 missed 0',
  )
  assert.equal(story([...handshake, ['c', RST, 101, 0]]), 'RSTO ShAR 0/0 missed 0')
  assert.equal(story([...handshake, ['s', RST, 901, 0]]), 'RSTR ShAr 0/0 missed 0')
  assert.equal(story([...handshake]), 'S1 ShA 0/0 missed 0')
})

test('a conversation that was under way is OTH', () => {
  assert.equal(
    story([
      ['c', ACK, 5000, 7000, 10],
      ['s', ACK, 7000, 5010, 20],
    ]),
    'OTH Dd 10/20 missed 0',
  )
})

test('repeated data is a retransmission, a zero window a w, each at powers of ten', () => {
  const again: Step[] = Array.from({ length: 11 }, () => ['c', ACK, 101, 901, 5])
  assert.equal(story([...handshake, ...again]), 'S1 ShADTT 5/0 missed 0')
  assert.equal(story([...handshake, ['s', ACK, 901, 101, 0, 0]]), 'S1 ShAaw 0/0 missed 0')
})

test('acknowledged bytes that nobody saw are a gap; late ones are not', () => {
  assert.equal(story([...handshake, ['c', ACK, 101, 901, 10], ['c', ACK, 121, 901, 10], ['s', ACK, 901, 131]]), 'S1 ShADaG 30/0 missed 10')
  assert.equal(story([...handshake, ['c', ACK, 111, 901, 10], ['c', ACK, 101, 901, 10], ['s', ACK, 901, 121]]), 'S1 ShADTa 20/0 missed 0')
})

test('sequence numbers may wrap', () => {
  const near = 0xffff_fff0
  const steps: Step[] = [
    ['c', SYN, near, 0],
    ['s', SYN | ACK, 1, near + 1],
    ['c', ACK, near + 1, 2, 100],
    ['s', ACK, 2, near + 101, 3],
  ]
  assert.equal(story(steps), 'S1 ShDd 100/3 missed 0')
})

test('SYN and SYN+ACK captured in the wrong order flip the sides', () => {
  assert.equal(
    story([
      ['c', SYN | ACK, 900, 101],
      ['s', SYN, 100, 0],
      ['c', ACK, 101, 901, 4],
    ]),
    'S1 ^hSD 4/0 missed 0',
  )
})

test('another SYN after the end opens another conversation, the same SYN does not', () => {
  const tcp = play([...handshake, ['c', FIN | ACK, 101, 901], ['s', FIN | ACK, 901, 102]])
  const p = Object.assign(new Packet(), { flags: SYN, seq: 5000 })
  assert.equal(tcp.reopens(p), true)
  const open = play(handshake)
  assert.equal(open.reopens(Object.assign(new Packet(), { flags: SYN, seq: 100 })), false)
  assert.equal(open.reopens(Object.assign(new Packet(), { flags: SYN, seq: 101 })), true)
})

test('an unanswered SYN is over after five seconds, an open conversation after five idle minutes', () => {
  assert.equal(play([['c', SYN, 1, 0]]).overAt, 5_000_001)
  assert.equal(play(handshake).overAt, 300_002_001)
})

test('random segments never throw and keep the text short', () => {
  let seed = 7
  const next = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0)
  for (let round = 0; round < 200; round++) {
    const steps: Step[] = Array.from({ length: 300 }, () => [
      next() & 256 ? 'c' : 's',
      next() >>> 26,
      next(),
      next(),
      (next() >>> 16) % 1500,
      next() & 4096 ? 0 : 9,
    ])
    const tcp = play(steps)
    assert.ok(tcp.history.length <= 520)
    assert.ok(tcp.clientBytes >= 0 && tcp.serverBytes >= 0 && tcp.missedBytes >= 0)
  }
})
