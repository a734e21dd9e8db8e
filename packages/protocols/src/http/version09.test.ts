import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader, type Side } from '@isthmus/wire'
import { context, Recorder, Rows, seen } from '../testing/recorder.ts'
import type { Http, HttpState } from './http.ts'
import { http } from './protocol.ts'

const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
/** trans_depth, method, uri, version, request_body_len, response_body_len, status_code, status_msg */
const row = (cells: readonly unknown[]) => [0, 1, 3, 5, 8, 9, 10, 11].map((i) => cells[i])

function talk(pieces: readonly (readonly [Side, string])[], cut = 1 << 20) {
  const state = http.dissector.start!()
  const [rows, recorder] = [new Rows(), new Recorder()]
  for (const [from, text] of pieces) {
    const ctx = context<Http, HttpState>(from, state, { serverPort: 80 })
    let kept = ''
    for (let i = 0; i < text.length; i += cut) {
      const bytes = ascii(kept + text.slice(i, i + cut))
      let at = 0
      for (let length = 1; at < bytes.length; at += length) {
        length = http.dissector.frame(new Reader(bytes, at), ctx)
        if (length <= 0 || at + length > bytes.length) break
        const m = seen(http.dissector.parse(new Reader(bytes, at, at + length), ctx), ctx)
        http.observe(m, recorder)
        http.zeek!(m, rows.put)
      }
      kept = String.fromCharCode(...bytes.subarray(at))
    }
  }
  http.ended!(state, recorder)
  http.zeekEnded!({ ...seen<Http | undefined, HttpState>(undefined, context('client', state)) }, rows.put)
  return { rows: rows.rows.filter((r) => r.log === 'http').map((r) => r.cells), said: recorder.said }
}

test('a request without a version may have fields, and an answer without a head, however both are cut', () => {
  const page = '<html>pump house</html>'
  for (const cut of [1, 3, 1 << 20]) {
    const { rows, said } = talk([['client', 'GET /a\r\nHost: plc\r\nUser-Agent: old\r\n\r\n'] as const, ['server', page] as const], cut)
    assert.deepEqual(rows.map(row), [[1, 'GET', '/a', '0.9', 0, page.length, 0, '<empty>']])
    assert.deepEqual([rows[0]![2], rows[0]![6]], ['plc', 'old'])
    assert.deepEqual(said, [{ kind: 'web.requested', method: 'GET', host: 'plc', path: '/a', agent: 'old', status: undefined }])
  }
  const { rows } = talk([['client', 'GET /a\r\n\r\nGET /b HTTP/1.0\r\n\r\n'] as const, ['server', 'HTTP/1.0 404 No\r\n\r\n'] as const])
  assert.deepEqual(
    rows.map((cells) => cells[3]),
    ['/a', '/b'],
  )
})

test('a client that begins with something else is not read, its server is', () => {
  const state = http.dissector.start!()
  const rows = new Rows()
  const over = { serverPort: 80, services: ['http'], upHalf: { delivered: 23 } } as object
  for (const [from, text] of [
    ['client', 'GET / HTTP/1.1\r\n\r\n'],
    ['server', 'HTTP/1.1 204 No Content\r\n\r\n'],
  ] as const) {
    const ctx = context<Http, HttpState>(from, state, over)
    const bytes = ascii(text)
    assert.equal(http.dissector.frame(new Reader(bytes), ctx), bytes.length)
    http.zeek!(seen(http.dissector.parse(new Reader(bytes), ctx), ctx), rows.put)
  }
  assert.deepEqual(
    rows.rows.map((r) => row(r.cells)),
    [[1, undefined, undefined, '1.1', 0, 0, 204, 'No Content']],
  )
})

test('request lines as clients write them', () => {
  for (const [line, method, uri] of [
    ['VERSION-CONTROL /a HTTP/1.1', 'VERSION-CONTROL', '/a'],
    ['GET HTTP/1.1', 'GET', ''],
    ['GET /a b http/1.0', 'GET', '/a b'],
    ['GET /%41%%42%u0043%u4344%zz HTTP/1.1 ', 'GET', '/ABCCD%zz'],
  ] as const) {
    const { rows } = talk([['client', `${line}\r\n\r\n`] as const, ['server', 'HTTP/1.1 204 No Content\r\n\r\n'] as const])
    assert.deepEqual(
      rows.map((cells) => [cells[1], cells[3], cells[10]]),
      [[method, uri, 204]],
      line,
    )
  }
})

test('bytes beyond a hole that nobody acknowledged are no part of the row', () => {
  const body = (delivered: number) => {
    const state = http.dissector.start!()
    const rows = new Rows()
    const over = { tcp: { server: { delivered } }, downHalf: { delivered: 40 + 7, gapBytes: 13 } } as object
    const says = (from: Side, text: string) => {
      const ctx = context<Http, HttpState>(from, state, over)
      http.zeek!(seen(http.dissector.parse(new Reader(ascii(text)), ctx), ctx), rows.put)
      return ctx
    }
    says('client', 'GET / HTTP/1.1\r\n\r\n')
    says('server', 'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n')
    assert.equal(http.dissector.gap!(says('server', 'seven b'), 13), true)
    says('server', 'xx')
    return rows.rows.map((r) => (r.log === 'http' ? r.cells[9] : r.cells.slice(14, 17)))
  }
  // Seen, in all, missing; the length of the body.
  assert.deepEqual(body(61), [[9, 22, 13], 22])
  assert.deepEqual(body(53), [[7, 22, 5], 12])
  assert.deepEqual(body(48), [[7, 22, 0], 7])
})
