import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import type { Pjl, PjlState } from './pjl.ts'
import { pjl } from './protocol.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const over = { serverPort: 9100 }
const talk = (...lines: string[]) =>
  exchange(
    pjl,
    over,
    lines.map((line) => line[0] + hex(line.slice(1))),
  )

test('a printer says what it is; its settings and files are touched', () => {
  const x = talk(
    '>\x1b%-12345X@PJL INFO ID\r\n',
    '<@PJL INFO ID\r\n"HP LaserJet 4250"\r\n\f',
    '>@PJL INFO CONFIG\r\n',
    '<@PJL INFO CONFIG\r\nSERIALNUMBER="CNBJK12345"\r\n\f',
    '>@PJL SET USERNAME="eva"\r\n',
    '>@PJL JOB PASSWORD=12345\r\n',
    '>@PJL DEFAULT IP=10.0.0.9\r\n',
    '>@PJL FSUPLOAD NAME="0:/../../etc/passwd" OFFSET=0 SIZE=99\r\n',
  )
  assert.deepEqual(x.heard.hints, ['server type=printer', 'server model=HP LaserJet 4250', 'server serial=CNBJK12345', 'client user=eva'])
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: '', mask: '1…5 (5)', weakness: 'clear' },
    { kind: 'configuration.changed', what: 'IP', value: '10.0.0.9', ok: undefined },
  ])
  assert.deepEqual(x.heard.operations.at(-1), {
    operation: 'FSUPLOAD',
    object: '0:/../../etc/passwd',
    access: 'read',
    ok: undefined,
    error: '',
    part: undefined,
  })
})

test('print data pass up to the next exit sequence', () => {
  const x = talk('>@PJL ENTER LANGUAGE=PCL\r\n', '>some page data', '>\x1b%-12345X@PJL EOJ\r\n')
  assert.deepEqual(
    x.messages.map((m) => [m.kind, m.bytes]),
    [
      ['command', 0],
      ['data', 14],
      ['command', 0],
    ],
  )
})

test('the language decides on any port', () => {
  const frame = (text: string, from: Side = 'client', port = 2500) =>
    pjl.dissector.frame(
      new Reader(Uint8Array.from(text, (c) => c.charCodeAt(0))),
      context<Pjl, PjlState>(from, pjl.dissector.start!(), { serverPort: port }),
    )
  assert.deepEqual(
    [frame('\x1b%-12345X@PJL\r\n'), frame('\x1b%-12'), frame('@PJL INFO'), frame('@P')],
    [15, NEED_MORE, NEED_MORE, NEED_MORE],
  )
  assert.deepEqual(
    [frame('%!PS'), frame('\x1bE data'), frame('@ECHO'), frame('\x1b%-12345XPAGE', 'client', 9100)],
    [NOT_MINE, NOT_MINE, NOT_MINE, 13],
  )
})

test('a line without an end is no line', () => {
  const state = pjl.dissector.start!()
  const pdu = new Uint8Array(5000).fill(65)
  pdu.set(Uint8Array.from('@PJL ', (c) => c.charCodeAt(0)))
  assert.equal(pjl.dissector.frame(new Reader(pdu), context<Pjl, PjlState>('client', state, over)), NOT_MINE)
})
