import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { rtsp } from './protocol.ts'
import type { Rtsp, RtspState } from './rtsp.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const message = (...lines: string[]) => hex(`${lines.join('\r\n')}\r\n\r\n`)
const over = { serverPort: 554 }
const SDP = 'v=0\r\ns=Gate camera\r\na=tool:GStreamer\r\n'

test('a camera says what it is, a viewer logs in and plays, media comes between', () => {
  const x = exchange(rtsp, over, [
    `>${message('DESCRIBE rtsp://cam/main RTSP/1.0', 'CSeq: 2', 'User-Agent: VMS 4.1')}`,
    `<${message('RTSP/1.0 401 Unauthorized', 'CSeq: 2', 'Server: AXIS M1065', 'WWW-Authenticate: Digest realm="AXIS_ACCC8E"')}`,
    `>${message('DESCRIBE rtsp://cam/main RTSP/1.0', 'CSeq: 3', 'Authorization: Basic cm9vdDpodW50ZXIy')}`,
    `<${message('RTSP/1.0 200 OK', 'CSeq: 3', 'Content-Type: application/sdp', `Content-Length: ${SDP.length}`)}${hex(SDP)}`,
    `>${message('PLAY rtsp://root:hunter2@cam/main RTSP/1.0', 'CSeq: 4')}`,
    `<${message('RTSP/1.0 200 OK', 'CSeq: 4')}`,
    '<24 00 0003 010203',
  ])
  assert.deepEqual(x.heard.hints, [
    'client software=VMS 4.1',
    'server software=AXIS M1065',
    'server role=media server',
    'server description=AXIS_ACCC8E',
    'server description=Gate camera',
    'server software=GStreamer',
  ])
  assert.deepEqual(x.heard.said, [
    { kind: 'login.tried', user: 'root', domain: '', method: 'rtsp basic', ok: true },
    { kind: 'credential.exposed', user: 'root', mask: 'h…2 (7)', weakness: 'clear' },
    { kind: 'credential.exposed', user: 'root', mask: 'h…2 (7)', weakness: 'clear' },
    { kind: 'service.used', service: 'video stream', object: 'rtsp://root:…@cam/main', user: '', ok: true },
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access, o.error]),
    [
      ['DESCRIBE', 'rtsp://cam/main', 'identify', '401 Unauthorized'],
      ['DESCRIBE', 'rtsp://cam/main', 'identify', ''],
      ['PLAY', 'rtsp://root:…@cam/main', 'read', ''],
    ],
  )
  assert.deepEqual([x.messages.at(-1)!.kind, x.messages.at(-1)!.bodyBytes], ['data', 3])
})

test('content decides, and waits for what may become a message', () => {
  const frame = (text: string) =>
    rtsp.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Rtsp, RtspState>('client', rtsp.dissector.start!(), { serverPort: 9000 }),
    )
  assert.deepEqual([frame('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'), frame('OPT'), frame('OPTIONS rtsp://a')], [31, NEED_MORE, NEED_MORE])
  assert.deepEqual(
    [frame('OPTIONS / HTTP/1.1\r\n\r\n'), frame('OPTIONS /x'), frame('$'), frame('SIP/2.0 200 OK\r\n')],
    [NOT_MINE, NOT_MINE, NOT_MINE, NOT_MINE],
  )
})

test('a cut body is truncation', () => {
  const state = rtsp.dissector.start!()
  const pdu = new TextEncoder().encode('RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 99\r\n\r\nabc')
  assert.deepEqual(rtsp.dissector.parse(new Reader(pdu), context<Rtsp, RtspState>('server', state)).anomalies, ['truncated'])
})
