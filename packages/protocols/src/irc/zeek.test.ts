import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { irc } from './protocol.ts'

const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')

/** trans_depth, method, uri, version, request_body_len, response_body_len, status_code, status_msg of http.log. */
function rowsOf(port: number, lines: string[]) {
  const tcp = { history: 'ShADadFf', connState: 'SF' }
  const talk = exchange(irc, { serverPort: port, tcp } as object, lines)
  talk.end()
  const rows = talk.rows.rows.filter((r) => r.log === 'http')
  return rows.map((r) => [0, 1, 3, 5, 8, 9, 10, 11].map((i) => r.cells[i]))
}

test('chat on a web port is in http.log unless the server speaks first', () => {
  const user = `>${hex('USER op +iw op :Op Erator\r\n')}`
  const nick = `>${hex('NICK operator7\r\n')}`
  const welcome = `<${hex(':irc.example 001 operator7 :Welcome\r\n')}`
  assert.deepEqual(rowsOf(8000, [user, nick, welcome]), [
    [1, 'USER', 'op +iw op :Op Erato', '0.9', 0, welcome.length / 2 - 0.5, 0, '<empty>'],
  ])
  assert.deepEqual(rowsOf(6667, [user, nick, welcome]), [])
  assert.deepEqual(rowsOf(8000, [`<${hex(':irc.example NOTICE * :*** Hello\r\n')}`, user]), [])
})
