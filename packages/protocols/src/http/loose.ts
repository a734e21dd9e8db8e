/**
 * Other protocols' text as Zeek's HTTP analyzer reads it: a request line that names no version of HTTP is one of version 0.9 to it,
 * and whatever answers is the body. RTSP that begins with OPTIONS and chat on a web server's port are in its http.log for that.
 *
 * As Zeek's `HTTP_Analyzer` does it: the first answer leaves the connection to be closed by the server, so from the second request on all
 * that either side says is a body.
 */
import type { Flow, SeenMessage, Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { PutRow } from '../protocol.ts'
import { isJoined, sure } from '../zeek-service.ts'
import type { Head } from './head.ts'
import { METHODS } from './http.table.ts'
import { dissector, type Http, type HttpState, NO_HEAD } from './http.ts'
import { zeek, zeekEnded } from './zeek.ts'

/** Streams to these ports Zeek takes for HTTP whatever they begin with. */
const PORTS: ReadonlySet<number> = new Set([80, 81, 631, 1080, 3128, 8000, 8080, 8888])
const MAX_FIELDS = 256
/** A token of RFC 2616 §2.2 of three characters or more, blanks, the target. */
const REQUEST = /^([!#$%&'*+\-.^\w`|~]{3,})[ \t]+(\S.*)$/

export function isWebPort({ serverPort }: Flow): boolean {
  return PORTS.has(serverPort ?? 0)
}

export class LooseHttp {
  readonly #state: HttpState = dissector.start!()
  #expects: 'request' | 'fields' | 'body' | 'nothing' = 'request'
  #asked: Head | undefined = undefined
  #closes = false

  /** `bytes` are whole lines or messages of one side. */
  read(bytes: Uint8Array, seen: SeenMessage<unknown, unknown>, put: PutRow): void {
    if (isJoined(seen.flow)) return
    const told = (from: Side, m: Http): void =>
      zeek({ ...seen, from, message: m, asked: undefined, state: this.#state } as SeenMessage<Http, HttpState>, put)
    if (seen.from === 'client') this.#request(bytes, isWebPort(seen.flow), told)
    else if (this.#asked === undefined) this.#expects = 'nothing'
    else this.#answer(bytes, told)
    if (this.#asked !== undefined) sure(seen.flow, 'http')
  }

  end(seen: SeenMessage<unknown, unknown>, put: PutRow): void {
    zeekEnded({ ...seen, message: undefined, asked: undefined, state: this.#state } as SeenMessage<undefined, HttpState>, put)
  }

  #request(bytes: Uint8Array, isWeb: boolean, told: (from: Side, m: Http) => void): void {
    const way = this.#state.client
    let at = 0
    while (at < bytes.length && this.#expects !== 'nothing') {
      if (this.#expects === 'body') return told('client', piece(way.takes(bytes.subarray(at)), way))
      const stop = bytes.indexOf(10, at)
      const line = byteText(bytes.subarray(at, stop < 0 ? bytes.length : stop)).replace(/\r$/, '')
      at = stop < 0 ? bytes.length : stop + 1
      if (this.#expects === 'fields') this.#field(line, told)
      else if (line !== '') this.#begins(line, isWeb, told)
    }
  }

  #begins(line: string, isWeb: boolean, told: (from: Side, m: Http) => void): void {
    const m = REQUEST.exec(line)
    const isHttp = this.#asked !== undefined || isWeb || METHODS.some((name) => line.startsWith(name))
    this.#expects = m === null || !isHttp ? 'nothing' : 'fields'
    if (m === null || !isHttp) return
    const { client, server } = this.#state
    this.#asked = { kind: 'request', method: m[1]!, uri: m[2]!, status: 0, reason: '', version: '0.9', fields: [] }
    client.opens(this.#asked, true)
    told('client', headOf(this.#asked))
    if (server.mode === 'head') return
    server.closes()
    told('server', piece(true, server))
    server.mode = 'head'
  }

  #field(line: string, told: (from: Side, m: Http) => void): void {
    const asked = this.#asked!
    const colon = line.indexOf(':')
    if (line !== '') {
      if (colon <= 0 || asked.fields.length >= MAX_FIELDS) return
      const field = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const
      asked.fields.push(field)
      told('client', { ...headOf(undefined), late: field })
      return
    }
    const { client } = this.#state
    client.opens(asked, false, this.#closes)
    this.#expects = client.mode === 'head' ? 'request' : 'body'
  }

  #answer(bytes: Uint8Array, told: (from: Side, m: Http) => void): void {
    const way = this.#state.server
    if (way.mode === 'head') {
      this.#closes = true
      way.opens(NO_HEAD, false)
      told('server', headOf(NO_HEAD))
    }
    told('server', piece(way.takes(bytes), way))
  }
}

function headOf(head: Head | undefined): Http {
  return { kind: head?.kind ?? 'framing', head, isLast: false, file: undefined, announced: undefined, late: undefined, anomalies: [] }
}

function piece(isLast: boolean, way: HttpState['client']): Http {
  return { kind: 'body', head: undefined, isLast, file: way.file, announced: way.announced, late: undefined, anomalies: [] }
}
