import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { rsh } from './protocol.ts'
import type { Rsh, RshState } from './rsh.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')

test('rsh runs a command on a name alone; rexec sends a password; rlogin opens a terminal', () => {
  const run = exchange(rsh, { serverPort: 514 }, [`>${hex('1022\0eng\0root\0cat /etc/passwd\0')}`, `<${hex('\0root:x')}`])
  assert.deepEqual(run.heard.said, [{ kind: 'login.tried', user: 'root', domain: '', method: 'rsh trust', ok: true }])
  assert.deepEqual(
    run.heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [['remote command', 'cat /etc/passwd', 'control', true]],
  )
  const exec = exchange(rsh, { serverPort: 512 }, [`>${hex('0\0eng\0pa55word\0date\0')}`, `<${hex('\x01Login incorrect.\n')}`])
  assert.deepEqual(exec.heard.said, [
    { kind: 'credential.exposed', user: 'eng', mask: 'p…d (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'eng', domain: '', method: 'rexec password', ok: false },
  ])
  assert.equal(exec.heard.operations[0]!.error, 'Login incorrect.')
  const login = exchange(rsh, { serverPort: 513 }, [`>${hex('\0eng\0op\0xterm/38400\0')}`])
  login.end()
  assert.deepEqual([login.heard.operations[0]!.operation, login.heard.operations[0]!.ok], ['remote login', undefined])
})

test('only an opening begins it', () => {
  const frame = (text: string, port = 514) =>
    rsh.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Rsh, RshState>('client', rsh.dissector.start!(), { serverPort: port }),
    )
  assert.deepEqual(
    [frame('1022\0a\0b\0c\0'), frame('1022\0a'), frame('<13>x'), frame('1022\0\0b\0c\0'), frame('12\0a\0b\0c\0', 513)],
    [11, NEED_MORE, NOT_MINE, NOT_MINE, NOT_MINE],
  )
})

test('on another port rlogin is told by its terminal; of the other two no text that may be a password is kept', () => {
  const login = exchange(rsh, { serverPort: 9999 }, [`>${hex('\0eng\0op\0xterm/38400\0')}`, `<${hex('\0')}`])
  assert.deepEqual(login.heard.said, [{ kind: 'login.tried', user: 'op', domain: '', method: 'rlogin trust', ok: true }])
  const run = exchange(rsh, { serverPort: 9999 }, [`>${hex('1022\0eng\0pa55word\0date\0')}`, `<${hex('\0Mon')}`])
  assert.deepEqual(run.heard.said, [{ kind: 'login.tried', user: 'eng', domain: '', method: 'rsh trust or rexec password', ok: true }])
  assert.ok(!JSON.stringify(run.messages).includes('pa55word'))
  const frame = (text: string) =>
    rsh.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Rsh, RshState>('client', rsh.dissector.start!(), { serverPort: 9999 }),
    )
  assert.deepEqual([frame('\0eng\0op\0xterm\0'), frame('1022\0eng\0op\0\0'), frame('1022\0eng')], [NOT_MINE, NOT_MINE, NEED_MORE])
})
