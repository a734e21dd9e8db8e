/** The engine with a dissector of its own: length-prefixed messages with an id that pairs answers to questions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader } from './capture/capture-reader.ts'
import { type Carried, type Dissector, HANDED_OVER, NEED_MORE, NOT_MINE } from './dissector.ts'
import { Engine, type EngineListener } from './engine.ts'
import type { FlowRecord } from './stream/flow.ts'
import { concat, type Ends, hex, ipv4, pcap, tcp, udp, udpDatagram } from './testing/frames.ts'

type Told = { id: number; text: string; short: boolean; more: boolean }

/** | 0x7e | length u8 | id u8 | flags u8: 1 = carries, 2 = more | text … | */
const tell: Dissector<Told> = {
  name: 'tell',
  ports: ['tcp/7000', 'udp/7000'],
  maxFrame: 259,
  frame: (h) => (h.left < 1 ? NEED_MORE : h.u8() !== 0x7e ? NOT_MINE : h.left < 1 ? NEED_MORE : 4 + h.u8()),
  key: (h) => h.skip(2).u8(),
  parse(r) {
    const length = r.skip(1).u8('length')
    const id = r.u8('id')
    const flags = r.u8('flags')
    const text = r.text(length, 'text')
    return { id, text, short: r.short, more: flags === 3 }
  },
  side: (h) => (h.skip(3).u8() === 8 ? 'client' : h.at > 0 && h.bytes[h.at - 1] === 9 ? 'server' : undefined),
  carries: (m): Carried | undefined =>
    m.text.startsWith('<') || m.more || m.id === 99 ? { over: 'inside', bytes: Buffer.from(m.text), more: m.more } : undefined,
  resync: (bytes) => bytes.indexOf(0x7e, 1),
}
const inner: Dissector<{ inner: string }> = {
  name: 'inner',
  ports: ['inside'],
  maxFrame: 1000,
  frame: (h) => (h.peek() === 0x3c ? h.left : NOT_MINE),
  parse: (r) => ({ inner: r.text(r.left) }),
}

const ends: Ends = { src: '10.0.0.1', dst: '10.0.0.2', sport: 40000, dport: 7000 }
const back: Ends = { src: '10.0.0.2', dst: '10.0.0.1', sport: 7000, dport: 40000 }
const say = (id: number, text: string, flags = 0): Uint8Array => concat([0x7e, text.length, id, flags], Buffer.from(text))

function run(
  frames: readonly Uint8Array[],
  dissectors = [tell, inner] as Dissector<never>[],
): { said: string[]; flows: string[]; odd: string[]; engine: Engine } {
  const said: string[] = []
  const flows: string[] = []
  const odd: string[] = []
  const listener: EngineListener = {
    message(c) {
      const m = c.seen.message as Partial<Told> & { inner?: string }
      const asked = c.seen.asked as Told | undefined
      said.push(
        `${c.seen.from === 'client' ? '>' : '<'}${m.inner !== undefined ? `[${m.inner}]` : m.text}${m.short ? '!' : ''}${asked ? ` to ${asked.text}` : ''}`,
      )
    },
    left: () => undefined,
    recognised: (c, expected) => void (expected && odd.push(`${c.protocol!.name} on ${expected}`)),
    anomaly: (_c, name) => void odd.push(name),
    undecoded: (_c, n) => void odd.push(`undecoded ${n}`),
    flowGrew: () => {},
    flowEnded: (f) =>
      void flows.push(
        `${f.clientIp}:${f.clientPort}>${f.serverIp}:${f.serverPort} ${f.up.packets}/${f.down.packets} ${f.up.payload}/${f.down.payload} ${f.services} ${f.directionKnown}`,
      ),
  }
  const engine = new Engine(dissectors, listener)
  const reader = new CaptureReader(engine)
  reader.push(pcap(frames))
  reader.finish()
  engine.finish()
  return { said, flows, odd, engine }
}

const SYN = 2
const ACK = 16
const handshake = [tcp(ends, 999, 0, SYN), tcp(back, 4999, 1000, SYN | ACK), tcp(ends, 1000, 5000, ACK)]

test('answers are paired with their questions, in whatever order', () => {
  const { said, flows } = run([
    ...handshake,
    tcp(ends, 1000, 5000, ACK, concat(say(1, 'one'), say(2, 'two'))),
    tcp(back, 5000, 1013, ACK, concat(say(2, 'zwei'), say(1, 'eins'))),
  ])
  assert.deepEqual(said, ['>one', '>two', '<zwei to two', '<eins to one'])
  assert.deepEqual(flows, ['10.0.0.1:40000>10.0.0.2:7000 3/2 14/16 tell true'])
})

test('every cut of a stream into two segments, in both orders, gives the same messages', () => {
  const stream = concat(say(1, 'one'), say(2, '<two>', 1), say(3, 'three'))
  const whole = run([...handshake, tcp(ends, 1000, 5000, ACK, stream)]).said
  for (let cut = 1; cut < stream.length; cut++) {
    const first = tcp(ends, 1000, 5000, ACK, stream.slice(0, cut))
    const second = tcp(ends, 1000 + cut, 5000, ACK, stream.slice(cut))
    assert.deepEqual(run([...handshake, first, second]).said, whole, `cut at ${cut}`)
    assert.deepEqual(run([...handshake, second, first]).said, whole, `cut at ${cut}, swapped`)
    assert.deepEqual(run([...handshake, first, first, second]).said, whole, `cut at ${cut}, sent twice`)
  }
})

test('nested messages and their fragments reach the inner protocol', () => {
  const { said } = run([...handshake, tcp(ends, 1000, 5000, ACK, concat(say(1, '<ab', 3), say(99, 'cd>')))])
  assert.deepEqual(said, ['><ab', '>cd>', '>[<abcd>]'])
})

test('after lost bytes the next message is found again, and the loss is told', () => {
  const { said, odd } = run([
    ...handshake,
    tcp(ends, 1000, 5000, ACK, say(1, 'one')),
    tcp(ends, 1050, 5000, ACK, concat(hex('0102'), say(2, 'two'))),
    tcp(back, 5000, 1059, ACK),
  ])
  assert.deepEqual(said, ['>one', '>two'])
  assert.deepEqual(odd, ['undecoded 2'])
})

test('a message whose end was not captured is read as short', () => {
  const frame = tcp(ends, 1000, 5000, ACK, say(1, 'abcdef'))
  const cut = pcap([...handshake, frame])
  const short = cut.slice(0, cut.length - 3)
  short.set([frame.length - 3, 0, 0, 0], short.length - (frame.length - 3) - 8)
  const said: string[] = []
  const quiet: EngineListener = {
    message: (c) => void said.push(`${(c.seen.message as Told).text}${(c.seen.message as Told).short ? '!' : ''}`),
    recognised() {},
    left() {},
    anomaly() {},
    undecoded() {},
    flowGrew() {},
    flowEnded() {},
  }
  const engine = new Engine([tell], quiet)
  const reader = new CaptureReader(engine)
  reader.push(short)
  reader.finish()
  engine.finish()
  assert.deepEqual(said, ['abc!'])
  assert.deepEqual(reader.problems, [])
})

test('a conversation joined in the middle is turned by its port, and by its content where that tells', () => {
  const byPort = run([tcp(back, 5000, 1000, ACK, say(1, 'answer'))])
  assert.deepEqual(byPort.flows, ['10.0.0.1:40000>10.0.0.2:7000 0/1 0/10 tell false'])
  const odd: Ends = { src: '10.0.0.3', dst: '10.0.0.4', sport: 45555, dport: 46666 }
  const byContent = run([tcp(odd, 5000, 1000, ACK, say(1, 'x', 9))])
  assert.deepEqual(byContent.flows, ['10.0.0.4:46666>10.0.0.3:45555 0/1 0/5 tell true'])
  assert.deepEqual(byContent.said, ['<x'])
})

test('a protocol on a port that is not its own is found, and named where the port is another’s', () => {
  const other: Dissector<unknown> = { name: 'other', ports: ['tcp/80'], maxFrame: 10, frame: () => NOT_MINE, parse: () => ({}) }
  const web: Ends = { ...ends, dport: 80 }
  const { said, odd } = run([tcp(web, 1, 0, SYN), tcp(web, 2, 1, ACK, say(1, 'one'))], [tell, other] as Dissector<never>[])
  assert.deepEqual([said, odd], [['>one'], ['tell on other']])
})

test('datagrams: several messages in one, fragments of IP, truncation', () => {
  assert.deepEqual(run([udp(ends, concat(say(1, 'one'), say(2, 'two')))]).said, ['>one', '>two'])
  const datagram = udpDatagram(ends, say(1, 'a'.repeat(200)))
  const first = ipv4(17, ends, datagram.slice(0, 96), { id: 7, fragment: 0x2000 })
  const second = ipv4(17, ends, datagram.slice(96), { id: 7, fragment: 12 })
  for (const order of [
    [first, second],
    [second, first],
  ])
    assert.deepEqual(run(order).said, [`>${'a'.repeat(200)}`])
  assert.deepEqual(run([udp(ends, say(1, 'abcdef').slice(0, 7))]).said, ['>abc!'])
})

test('a dissector that throws is silenced for its conversation and named; the others go on', () => {
  const bad: Dissector<unknown> = {
    ...tell,
    parse: () => {
      throw new Error('bug')
    },
  } as Dissector<unknown>
  const { odd } = run([...handshake, tcp(ends, 1000, 5000, ACK, say(1, 'one')), tcp(ends, 1007, 5000, ACK, say(2, 'two'))], [
    bad,
  ] as Dissector<never>[])
  assert.deepEqual(odd, ['platform.dissector-failed', 'undecoded 7'])
})

test('an EtherType nobody reads is a flow between its ends, control frames of switches are not', () => {
  const profinet = concat([1, 0x0e, 0xcf, 0, 0, 1, 2, 0, 0, 0, 0, 7], [0x88, 0x92], new Uint8Array(46))
  const spanning = concat([1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 0, 8], [0, 38], [0x42, 0x42, 3], new Uint8Array(43))
  const { flows, engine } = run([profinet, spanning])
  assert.equal(flows.length, 1)
  assert.match(flows[0]!, / 1\/0 46\/0 {2}/)
  assert.deepEqual([...engine.skipped.keys()], ['llc/0x42'])
})

test('tiny fragments and ever new reasons do not grow memory', () => {
  const empty = (id: number): Uint8Array => ipv4(17, ends, new Uint8Array(0), { id, fragment: 0x2000 })
  const tiny = ipv4(17, ends, new Uint8Array(8), { id: 7, fragment: 0x2000 })
  const snap = (n: number): Uint8Array =>
    concat([1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 0, 8], [0, 10], [0xaa, 0xaa, 3, 9, n >> 8, n & 255, 0, 1], new Uint8Array(4))
  const { engine } = run([
    ...Array.from({ length: 200 }, (_, i) => empty(i)),
    ...Array.from({ length: 1100 }, () => tiny),
    ...Array.from({ length: 900 }, (_, i) => snap(i)),
  ])
  assert.ok(engine.skipped.size <= 513)
  assert.ok(engine.skipped.get('others')!.packets > 300)
  assert.ok(engine.takeCapped().fragments! > 0)
  assert.equal(engine.takeCapped().fragments, 0, 'told once')
})

test('random frames: nothing throws, everything is counted', () => {
  let seed = 7
  const random = (n: number): number => (seed = (seed * 48271) % 0x7fffffff) % n
  const frames: Uint8Array[] = []
  for (let i = 0; i < 20_000; i++) {
    const frame =
      i % 3 === 0
        ? tcp(ends, random(3000), random(3000), random(256), say(random(9), 'x'.repeat(random(50)), random(4)))
        : Uint8Array.from({ length: random(90) }, () => random(256))
    for (let k = random(4); k > 0; k--) if (frame.length > 0) frame[random(frame.length)] = random(256)
    frames.push(frame)
  }
  const { engine, flows } = run(frames)
  const inFlows = flows.reduce(
    (n, f) =>
      n +
      f
        .split(' ')[1]!
        .split('/')
        .reduce((a, b) => a + Number(b), 0),
    0,
  )
  const skipped = [...engine.skipped.values()].reduce((n, s) => n + s.packets, 0)
  assert.equal(inFlows + skipped, engine.packets)
})

test('tunnels: what is inside is a flow of its own, within the flow that carries it', () => {
  const inside = udpDatagram({ ...ends, sport: 5000, dport: 6000 }, new Uint8Array(4))
  const packet = concat([0x45, 0, 0, 20 + inside.length, 0, 1, 0, 0, 64, 17, 0, 0, 172, 16, 0, 1, 172, 16, 0, 2], inside)
  const frame = concat([2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 8, 0], packet)
  const over = (dport: number, head: readonly number[], body: Uint8Array): Uint8Array =>
    udp({ ...ends, sport: 40_000, dport }, concat(head, body))
  const cases: Readonly<Record<string, Uint8Array>> = {
    ip: ipv4(4, ends, packet),
    gre: ipv4(47, ends, concat([0, 0, 8, 0], packet)),
    'gre wccp': ipv4(47, ends, concat([0, 0, 0x88, 0x3e, 0, 0, 0, 0], packet)),
    'gre mpls': ipv4(47, ends, concat([0, 0, 0x88, 0x47, 0, 1, 1, 64], packet)),
    mpls: over(6635, [0, 1, 1, 64], packet),
    vxlan: over(4789, [8, 0, 0, 0, 0, 0, 1, 0], frame),
    geneve: over(6081, [1, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 4], frame),
    gtpv1: over(2152, [0x34, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0], packet),
    l2tp: over(1701, [0x40, 2, 0, 0, 0, 1, 0, 1, 0xff, 3, 0, 0x21], packet),
  }
  for (const [kind, outside] of Object.entries(cases)) {
    const ended: FlowRecord[] = []
    const quiet: EngineListener = {
      message() {},
      recognised() {},
      left() {},
      anomaly() {},
      undecoded() {},
      flowGrew() {},
      flowEnded: (f) => void ended.push(f),
    }
    const engine = new Engine([tell], quiet)
    new CaptureReader(engine).push(pcap([outside]))
    engine.finish()
    const [outer, inner] = ended
    assert.deepEqual(
      [ended.length, outer!.isTunnel, outer!.services[0], inner!.client.text, inner!.serverPort],
      [2, true, kind.split(' ')[0], '172.16.0.1', 6000],
    )
    assert.equal(inner!.parent, outer, kind)
    assert.equal(inner!.clientMac, frame.length > 0 && /vxlan|geneve/.test(kind) ? '02:00:00:00:00:08' : '', kind)
  }
})

test('a protocol that has said its last hands over to whoever speaks next, found by content', () => {
  const door: Dissector<string, { isOpen: boolean }> = {
    name: 'door',
    ports: ['tcp/7100'],
    maxFrame: 1,
    start: () => ({ isOpen: false }),
    frame: (h, { state }) => (state.isOpen ? HANDED_OVER : h.u8() === 1 ? 1 : NOT_MINE),
    parse: (r, { state }) => {
      state.isOpen = true
      return `door ${r.u8()}`
    },
  }
  const said: string[] = []
  const left: string[] = []
  const listener: EngineListener = {
    message: (c) => void said.push(c.protocol!.name),
    recognised() {},
    left: (c) => void left.push(c.protocol!.name),
    anomaly: (_c, name) => void said.push(name),
    undecoded() {},
    flowGrew() {},
    flowEnded() {},
  }
  const engine = new Engine([door, tell], listener)
  const way = { ...ends, dport: 7100 }
  const frames = [tcp(way, 999, 0, SYN), tcp(way, 1000, 0, ACK, Uint8Array.of(1)), tcp(way, 1001, 0, ACK, say(1, 'one'))]
  new CaptureReader(engine).push(pcap(frames))
  engine.finish()
  assert.deepEqual([said, left], [['door', 'tell'], ['door']])
})

test('a first message that never becomes whole is read, cut, where its start tells its protocol', () => {
  const early: Dissector<never> = { ...(tell as Dissector<never>), tellsEarly: (h) => h.peek() === 0x7e && h.left > 6 }
  const start = [...handshake, tcp(ends, 1000, 5000, ACK, Uint8Array.of(0x7e, 90, 1, 0, 0x68, 0x69, 0x21))]
  const waits: Dissector<never> = { ...early, frame: (h) => (h.u8() !== 0x7e ? NOT_MINE : h.left < 60 ? NEED_MORE : 94) }
  assert.deepEqual(run(start, [waits]).said, ['>hi!!'])
  const without = { ...waits, tellsEarly: () => false }
  assert.deepEqual([run(start, [without]).said, run(start, [without]).odd], [[], ['undecoded 7']])
  // Lost bytes end it as well: what follows is the next message.
  const beyond = [...start, tcp(ends, 1020, 5000, ACK, concat(say(2, 'x'.repeat(90)))), tcp(back, 5000, 1114, ACK)]
  assert.deepEqual(run(beyond, [waits]).said, ['>hi!!', `>${'x'.repeat(90)}`])
})

test('a first message longer than what is held is waited for where its start tells its protocol', () => {
  const text = 'x'.repeat(20_000)
  const long = concat(Uint8Array.of(0x7e, 0, 0, 0), new TextEncoder().encode(text))
  const frames = [0, 1, 2, 3].map((i) => tcp(ends, 1000 + i * 6000, 5000, ACK, long.subarray(i * 6000, (i + 1) * 6000)))
  const heard: number[] = []
  const waits: Dissector<never> = {
    ...(tell as Dissector<never>),
    maxFrame: 65_536,
    frame: (h) => (h.peek() !== 0x7e ? NOT_MINE : h.left < long.length ? NEED_MORE : long.length),
    parse: (pdu) => {
      heard.push(pdu.left)
      return (tell as Dissector<never>).parse(pdu, undefined as never)
    },
    tellsEarly: (h) => h.peek() === 0x7e,
  }
  run([...handshake, ...frames], [waits])
  run([...handshake, ...frames], [{ ...waits, tellsEarly: () => false }])
  assert.deepEqual(heard, [long.length])
})

test('a protocol that another interrupts is told that it has been left', () => {
  const door: Dissector<string> = {
    name: 'door',
    ports: ['tcp/7100'],
    maxFrame: 1,
    frame: (h) => (h.u8() === 1 ? 1 : NOT_MINE),
    parse: () => 'door',
  }
  const told: string[] = []
  const listener: EngineListener = {
    message: (c) => void told.push(c.protocol!.name),
    recognised() {},
    left: (c) => void told.push(`left ${c.protocol!.name}`),
    anomaly: (_c, name) => void told.push(name),
    undecoded() {},
    flowGrew() {},
    flowEnded() {},
  }
  const engine = new Engine([door, tell], listener)
  const way = { ...ends, dport: 7100 }
  new CaptureReader(engine).push(
    pcap([tcp(way, 999, 0, SYN), tcp(way, 1000, 0, ACK, Uint8Array.of(1)), tcp(way, 1001, 0, ACK, say(1, 'one'))]),
  )
  engine.finish()
  assert.deepEqual(told, ['door', 'left door', 'tell'])
})

test('errors of ICMP each way are flows of their own, echo and reply are one', () => {
  const back = { ...ends, src: ends.dst, dst: ends.src }
  const error = Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0)
  const { flows } = run([
    ipv4(1, ends, error),
    ipv4(1, back, error),
    ipv4(1, ends, Uint8Array.of(8, 0, 0, 0)),
    ipv4(1, back, Uint8Array.of(0, 0, 0, 0)),
  ])
  assert.equal(flows.length, 3)
})

test('bytes of IP are counted as the header has them, also where a network card was to fill it in', () => {
  const frame = udp(ends, new Uint8Array(100))
  frame.set([0, 0], 16)
  const ended: FlowRecord[] = []
  const listener: EngineListener = {
    message() {},
    recognised() {},
    left() {},
    anomaly() {},
    undecoded() {},
    flowGrew() {},
    flowEnded: (f) => void ended.push(f),
  }
  const engine = new Engine([tell], listener)
  new CaptureReader(engine).push(pcap([frame]))
  engine.finish()
  assert.deepEqual([ended[0]!.up.ip, ended[0]!.up.payload], [0, 100])
})

test('a first fragment that the capture cut is read for its headers; the others tell nothing', () => {
  const cut = (fragment: number): Uint8Array => ipv4(17, ends, udpDatagram(ends, new Uint8Array(400)), { fragment }).subarray(0, 80)
  const { engine, flows } = run([cut(0x2000), cut(0x2032)])
  assert.equal(flows.length, 1)
  assert.equal(engine.skipped.get('fragment-cut')!.packets, 1)
})
