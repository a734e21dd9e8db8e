import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { Listener } from '../testing/exchange.ts'
import { bytes, context, seen } from '../testing/recorder.ts'
import { telnet } from './protocol.ts'
import type { Telnet, TelnetState } from './telnet.ts'

const over = { serverPort: 23 }

/** Lines are `<` or `>` and text; `\xff` starts commands. Cut into pieces of `size` bytes. */
function talk(lines: readonly string[], size = 1 << 16): Listener {
  const state: TelnetState = telnet.dissector.start!()
  const heard = new Listener()
  for (const line of lines) {
    const from: Side = line.startsWith('<') ? 'server' : 'client'
    const ctx = context<Telnet, TelnetState>(from, state, over)
    let kept = new Uint8Array(0)
    const all = Uint8Array.from(line.slice(1), (c) => c.charCodeAt(0))
    for (let at = 0; at < all.length; at += size) {
      kept = Uint8Array.from([...kept, ...all.subarray(at, at + size)])
      for (;;) {
        const length = kept.length === 0 ? 0 : telnet.dissector.frame(new Reader(kept), ctx)
        if (length <= 0 || length > kept.length) break
        telnet.observe(seen(telnet.dissector.parse(new Reader(kept, 0, length), ctx), ctx), heard)
        kept = kept.slice(length)
      }
    }
  }
  telnet.ended!(state, heard)
  return heard
}

const LOGIN = [
  '<\xff\xfd\x18\xff\xfb\x01',
  '>\xff\xfa\x18\x00xterm\xff\xf0',
  '<\r\nBusyBox v1.31 on gateway\r\nrtu7 login: ',
  '>root\r\n',
  '<root\r\nPassword: ',
  '>wr0ngpass\r\n',
  '<\r\nLogin incorrect\r\nrtu7 login: ',
  '>root\r\n',
  '<root\r\nPassword: ',
  '>s3cretpw\r\n',
  '<\r\nWelcome\r\n~ # ',
  '>wget http://10.9.9.9/x\r\n',
  '<wget http://10.9.9.9/x\r\n~ # ',
]

test('a refused and an accepted login, a greeting, a command; the same however it is cut', () => {
  const heard = talk(LOGIN)
  assert.deepEqual(heard.said, [
    { kind: 'credential.exposed', user: 'root', mask: 'w…s (9)', weakness: 'clear' },
    { kind: 'login.tried', user: 'root', domain: '', method: 'telnet password', ok: false },
    { kind: 'credential.exposed', user: 'root', mask: 's…w (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'root', domain: '', method: 'telnet password', ok: true },
  ])
  assert.deepEqual(heard.hints, [
    'client software=terminal xterm',
    'server description=BusyBox v1.31 on gateway',
    'server name=rtu7',
    'server software=BusyBox v1.31',
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access]),
    [['command typed', 'wget http://10.9.9.9/x', 'program']],
  )
  for (const size of [1, 2, 7]) {
    const cut = talk(LOGIN, size)
    assert.deepEqual([cut.said, cut.hints, cut.operations], [heard.said, heard.hints, heard.operations], `pieces of ${size}`)
  }
})

test('characters come one by one with their echo; corrections count', () => {
  const heard = talk([
    '<User Access Verification\r\n\r\nUsername: ',
    '>a',
    '<a',
    '>dx',
    '<dx',
    '>\x7f',
    '<\b \b',
    '>m\r',
    '<m\r\nPassword: ',
    '>c1sco123\r',
    '<\r\nsw1>',
  ])
  assert.deepEqual(heard.said.at(-1), { kind: 'login.tried', user: 'adm', domain: '', method: 'telnet password', ok: true })
  assert.ok(heard.hints.includes('server os=Cisco IOS'))
})

test('a server that takes no more logins says so; a name typed too late is no command', () => {
  const refused = ['<login: ', '>admin\r\0', '<admin\r\nPassword: ', '>guess1\r\0', '<\r\n\r\nLogin incorrect\r\n']
  const heard = talk([...refused, '<Maximum number of tries exceeded (5)\r\n', '>admin\r\0'])
  assert.deepEqual(heard.anomalies, ['telnet.tries-exhausted'])
  assert.deepEqual(heard.operations, [])
  assert.deepEqual(talk(refused).anomalies, [])
  const inside = talk(['<~ # ', '>cat log\r\n', '<too many tries\r\n~ # ', '>ls\r\n'])
  assert.equal(inside.operations.length, 2, 'what a file says')
})

test('secrets in commands are hidden', () => {
  const heard = talk(['<sw1#', '>username x password 7 abc123\r\n', '<\r\nsw1#'])
  assert.equal(heard.operations[0]!.object, 'username x password 7 …')
})

test('on a foreign port negotiation decides', () => {
  const frame = (hex: string, port = 4000) =>
    telnet.dissector.frame(new Reader(bytes(hex)), context<Telnet, TelnetState>('server', telnet.dissector.start!(), { serverPort: port }))
  assert.deepEqual(
    [frame('fffd18 fffd20'), frame('fffd18'), frame('fffb'), frame('ffd8ffe000'), frame('fffe0041 00')],
    [3, 3, NEED_MORE, NOT_MINE, NOT_MINE],
  )
  assert.deepEqual([frame('68690d0a', 23), frame('0001000000', 23)], [4, NOT_MINE])
})

test('parameters without an end do not hold the stream', () => {
  const state = telnet.dissector.start!()
  const ctx = context<Telnet, TelnetState>('client', state, over)
  const pdu = new Uint8Array(2000).fill(65)
  pdu.set([255, 250, 24])
  assert.equal(telnet.dissector.frame(new Reader(pdu), ctx), 2)
  assert.deepEqual(telnet.dissector.parse(new Reader(pdu, 0, 2), ctx).anomalies, ['unended-parameters'])
})
