import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { shell } from './protocol.ts'
import type { Shell, ShellState } from './shell.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const frame = (text: string) =>
  shell.dissector.frame(
    new Reader(Uint8Array.from(text, (c) => c.charCodeAt(0))),
    context<Shell, ShellState>('client', shell.dissector.start!(), { serverPort: 8443 }),
  )

test('shells are known by what they say', () => {
  const said = [
    "/bin/sh: 0: can't access tty; job control turned off\r\n# ",
    'bash: cannot set terminal process group (71): Inappropriate ioctl for device\nbash: no job control in this shell\n',
    '# id\r\nuid=0(root) gid=0(root) groups=0(root)\r\n# ',
    'uid=33(www-data) gid=33(www-data) groups=33(www-data)\n',
    'Linux rtu7 5.4.0-42-generic #46-Ubuntu SMP Fri Jul 10 00:24:02 UTC 2020 x86_64 GNU/Linux\n',
    'operator@rtu7:/tmp$ ',
    '\x1b]0;root@rtu7: ~\x07root@rtu7:~# ',
    'BusyBox v1.31.1 (2020-05-04 11:14:26 UTC) built-in shell (ash)\r\n',
    'Microsoft Windows [Version 10.0.17763.1039]\r\n(c) 2018 Microsoft Corporation.\r\n\r\nC:\\Windows\\system32>',
    'Microsoft Windows [versi\xa2n 6.1.7601]\r\n',
    'PS C:\\Users\\op> ',
    'Windows PowerShell\nCopyright (C) 2015 Microsoft Corporation. All rights reserved.\n\n',
  ]
  for (const text of said) assert.equal(frame(text), text.length, text)
})

test('other text is waited with, and given up after a kilobyte; bytes are refused', () => {
  for (const text of [
    'id\n',
    '# ',
    '220 mail.example.org ready\r\n',
    'mail root@rtu7:~# is a prompt',
    'see C:\\Windows> here\n',
    'uid=0(root)',
  ])
    assert.equal(frame(text), NEED_MORE, text)
  assert.equal(frame(`${'x'.repeat(1024)}\nuid=0(root) gid=0(root)\n`), NOT_MINE)
  for (const text of ['\x16\x03\x01\x02\x00', 'a\x00b', '\xff\xfd\x18uid=0(root) gid=0(root)']) assert.equal(frame(text), NOT_MINE, text)
})

test('it is told which shell runs at which end, once', () => {
  const { heard } = exchange(shell, { serverPort: 8443 }, [
    `>${hex('uid=0(root) gid=0(root) groups=0(root)\n')}`,
    `<${hex('cat /etc/shadow\n')}`,
    `>${hex('root:x\n')}`,
  ])
  assert.deepEqual(heard.said, [{ kind: 'service.used', service: 'command shell', object: 'Unix shell of the client', user: '', ok: true }])
})
