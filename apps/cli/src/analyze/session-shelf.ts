/**
 * Sessions by the hundred thousand, held for the report: their numbers and words lie in columns, which takes half of
 * what objects do. One is made where it is read.
 */
import type { Endpoint, Session } from '@isthmus/model'

/** Sessions of one page of columns. */
const PAGE = 4096
/** Numbers and words of one session: see `write`. */
const NUMBERS = 18
const WORDS = 14

class Page {
  readonly numbers = new Float64Array(PAGE * NUMBERS)
  readonly words = new Uint32Array(PAGE * WORDS)
}

/** Each word once; 0 stands for none. */
class Words {
  readonly #all: (string | undefined)[] = [undefined]
  readonly #places = new Map<string, number>()

  put(word: string | undefined): number {
    if (word === undefined) return 0
    let place = this.#places.get(word)
    if (place === undefined) {
      place = this.#all.push(word) - 1
      this.#places.set(word, place)
    }
    return place
  }

  at(place: number): string | undefined {
    return this.#all[place]
  }
}

export class SessionShelf implements Iterable<Session> {
  readonly #pages: Page[] = []
  /** Of a place on the shelf; undefined where one was taken away. */
  readonly #ids: (string | undefined)[] = []
  readonly #places = new Map<string, number>()
  readonly #empty: number[] = []
  readonly #words = new Words()

  get size(): number {
    return this.#places.size
  }

  has(id: string): boolean {
    return this.#places.has(id)
  }

  get(id: string): Session | undefined {
    const place = this.#places.get(id)
    return place === undefined ? undefined : this.#read(place)
  }

  put(session: Session): void {
    let place = this.#places.get(session.id)
    if (place === undefined) {
      place = this.#empty.pop() ?? this.#ids.length
      this.#ids[place] = session.id
      this.#places.set(session.id, place)
      if (place >= this.#pages.length * PAGE) this.#pages.push(new Page())
    }
    this.#write(place, session)
  }

  delete(id: string): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#places.delete(id)
    this.#ids[place] = undefined
    this.#empty.push(place)
  }

  /** In the order of their beginning. */
  *[Symbol.iterator](): Generator<Session, undefined> {
    const begun = (place: number): number => this.#pages[Math.floor(place / PAGE)]!.numbers[(place % PAGE) * NUMBERS]!
    const ids = this.#ids
    const places = Uint32Array.from(this.#places.values())
    places.sort((a, b) => begun(a) - begun(b) || (ids[a]! < ids[b]! ? -1 : 1))
    for (const place of places) yield this.#read(place)
  }

  #write(place: number, s: Session): void {
    const { numbers, words } = this.#pages[Math.floor(place / PAGE)]!
    const { client, server, evidence } = s
    let n = (place % PAGE) * NUMBERS
    for (const value of [
      ...[s.startedAt, s.lastAt, client.port, server.port, s.directionKnown ? 1 : 0, s.vlan],
      ...[s.clientBytes, s.serverBytes, s.clientPackets, s.serverPackets, s.clientWireBytes, s.serverWireBytes],
      ...[s.retransmissions, s.gapBytes, ...evidence.packets, ...evidence.bytes],
    ])
      numbers[n++] = value ?? Number.NaN
    let w = (place % PAGE) * WORDS
    for (const word of [
      ...[s.site, s.sensor, s.clientAsset, s.serverAsset, client.ip, client.mac, server.ip, server.mac],
      ...[s.transport, s.protocol, s.state, s.connState, s.history, evidence.capture],
    ])
      words[w++] = this.#words.put(word)
  }

  #read(place: number): Session {
    const { numbers, words } = this.#pages[Math.floor(place / PAGE)]!
    const n = (place % PAGE) * NUMBERS
    const w = (place % PAGE) * WORDS
    const number = (i: number): number => numbers[n + i]!
    const known = (i: number): number | undefined => (Number.isNaN(number(i)) ? undefined : number(i))
    const maybe = (i: number): string | undefined => this.#words.at(words[w + i]!)
    const word = (i: number): string => maybe(i)!
    const client: Endpoint = { ip: maybe(4), mac: maybe(5), port: known(2) }
    const server: Endpoint = { ip: maybe(6), mac: maybe(7), port: known(3) }
    return {
      id: this.#ids[place]!,
      site: word(0),
      sensor: word(1),
      clientAsset: maybe(2),
      serverAsset: maybe(3),
      client,
      server,
      directionKnown: number(4) === 1,
      transport: word(8) as Session['transport'],
      protocol: word(9),
      vlan: known(5),
      state: word(10) as Session['state'],
      connState: word(11),
      history: word(12),
      startedAt: number(0),
      lastAt: number(1),
      clientBytes: number(6),
      serverBytes: number(7),
      clientPackets: number(8),
      serverPackets: number(9),
      clientWireBytes: number(10),
      serverWireBytes: number(11),
      retransmissions: number(12),
      gapBytes: number(13),
      evidence: { capture: word(13), packets: [number(14), number(15)], bytes: [number(16), number(17)] },
    }
  }
}
