import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { rtsp } from './protocol.ts'

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')

/** trans_depth, method, uri, version, request_body_len, response_body_len, status_code, status_msg of http.log. */
function rowsOf(port: number, lines: string[], history = 'ShADadFf') {
  const tcp = { history, connState: 'SF' }
  const talk = exchange(rtsp, { serverPort: port, tcp } as object, lines)
  talk.end()
  const rows = talk.rows.rows.filter((r) => r.log === 'http')
  return rows.map((r) => [0, 1, 3, 5, 8, 9, 10, 11].map((i) => r.cells[i]))
}

const OPTIONS = `>${hex('OPTIONS rtsp://cam/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: vlc\r\n\r\n')}`
const OK = 'RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n'
const DESCRIBE = `>${hex('DESCRIBE rtsp://cam/ RTSP/1.0\r\nCSeq: 2\r\n\r\n')}`
const SETUP = 'SETUP rtsp://cam/1 RTSP/1.0\r\nCSeq: 3\r\n\r\n'

test('RTSP that begins with OPTIONS is in http.log: from the second request on all is body', () => {
  const lines = [OPTIONS, `<${hex(OK)}`, DESCRIBE, `<${hex(OK)}`, `>${hex(SETUP)}`, `<${hex(OK)}`]
  const first = [1, 'OPTIONS', 'rtsp://cam/ RTSP/1.', '0.9', 0, OK.length, 0, '<empty>']
  assert.deepEqual(rowsOf(8554, lines), [first, [2, 'DESCRIBE', 'rtsp://cam/ RTSP/1.', '0.9', SETUP.length, 2 * OK.length, 0, '<empty>']])
  // Where the server closes first, its row is written before the client's last words are counted.
  assert.deepEqual(rowsOf(8554, lines, 'ShADadfF'), [
    first,
    [2, 'DESCRIBE', 'rtsp://cam/ RTSP/1.', '0.9', 0, 2 * OK.length, 0, '<empty>'],
    [3, undefined, undefined, undefined, SETUP.length, 0, undefined, undefined],
  ])
  assert.deepEqual(rowsOf(554, [DESCRIBE, `<${hex(OK)}`]), [])
  assert.deepEqual(rowsOf(8554, lines, 'DadA'), [])
})
