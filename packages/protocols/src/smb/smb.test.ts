import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { bytes, context, Recorder, Rows, seen, wholeFile } from '../testing/recorder.ts'
import { newCommand } from './command.ts'
import { Files } from './files.ts'
import { smb } from './protocol.ts'
import { SMB1 } from './smb.table.ts'
import type { Smb, SmbState } from './smb.ts'

const le = (n: number, size: number) => Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** i) & 255)
const wide = (text: string) => [...text].flatMap((c) => le(c.charCodeAt(0), 2))
const zero = (n: number) => new Array<number>(n).fill(0)

/** One SMB 2 message: header of [MS-SMB2] §2.2.1.2 and a body, in a NetBIOS session frame. */
function frame(command: number, response: boolean, id: number, tree: number, body: number[], status = 0): number[] {
  const head = [
    0xfe,
    0x53,
    0x4d,
    0x42,
    ...le(64, 2),
    0,
    0,
    ...le(status, 4),
    ...le(command, 2),
    0,
    0,
    ...le(response ? 1 : 0, 4),
    ...zero(4),
    ...le(id, 8),
    ...zero(4),
    ...le(tree, 4),
    ...le(1, 8),
    ...zero(16),
  ]
  const all = [...head, ...body]
  return [0, all.length >> 16, (all.length >> 8) & 255, all.length & 255, ...all]
}
const path = (text: string, fixed: number[]) => [...fixed, ...le(64 + fixed.length + 4, 2), ...le(text.length * 2, 2), ...wide(text)]
const FILE = [...le(7, 8), ...le(9, 8)]
const CONTENT = [...'MZ this is a program'].map((c) => c.charCodeAt(0))

const SESSION: [Side, number[]][] = [
  ['client', frame(3, false, 1, 0, path('\\\\plc\\C$', [9, 0, 0, 0]))],
  ['server', frame(3, true, 1, 5, [16, 0, 1, ...zero(13)])],
  [
    'client',
    frame(5, false, 2, 5, [
      57,
      0,
      0,
      0,
      ...zero(20),
      ...le(0x40000000, 4),
      ...zero(8),
      ...le(5, 4),
      ...zero(4),
      ...le(64 + 56, 2),
      ...le(10, 2),
      ...zero(8),
      ...wide('x.exe'),
    ]),
  ],
  ['server', frame(5, true, 2, 5, [89, 0, 0, 0, ...zero(4), ...zero(32), ...zero(16), ...zero(8), ...FILE, ...zero(8)])],
  ['client', frame(9, false, 3, 5, [49, 0, ...le(64 + 48, 2), ...le(CONTENT.length, 4), ...zero(8), ...FILE, ...zero(16), ...CONTENT])],
  ['server', frame(9, true, 3, 5, zero(16))],
  ['client', frame(6, false, 4, 5, [24, 0, ...zero(6), ...FILE])],
  ['server', frame(6, true, 4, 5, zero(60))],
]

function run(session: typeof SESSION, piece = 1 << 20): { recorder: Recorder; rows: Rows; state: SmbState } {
  const state = smb.dissector.start!()
  const recorder = new Recorder()
  const rows = new Rows()
  for (const [from, all] of session) {
    const ctx = context<Smb, SmbState>(from, state, { serverPort: 445 })
    let kept: number[] = []
    for (let at = 0; at < all.length; at += piece) {
      kept = kept.concat(all.slice(at, at + piece))
      for (;;) {
        const buffer = Uint8Array.from(kept)
        const length = buffer.length === 0 ? 0 : smb.dissector.frame(new Reader(buffer), ctx)
        if (length <= 0 || length > buffer.length) break
        const m = smb.dissector.parse(new Reader(buffer, 0, length), ctx)
        assert.deepEqual(m.anomalies, [])
        smb.observe(seen(m, ctx), recorder)
        smb.zeek?.(seen(m, ctx), rows.put)
        kept = kept.slice(length)
      }
    }
    assert.equal(kept.length, 0)
  }
  return { recorder, rows, state }
}

test('a program is copied to a share', () => {
  const { recorder, rows } = run(SESSION)
  assert.deepEqual(
    recorder.said.map((s) => s.kind),
    ['service.used', 'file.moved'],
  )
  assert.deepEqual(recorder.said[1], {
    kind: 'file.moved',
    name: '\\\\plc\\C$\\x.exe',
    direction: 'to-server',
    mime: 'application/x-dosexec',
    ...wholeFile(Uint8Array.from(CONTENT)),
  })
  assert.deepEqual(
    recorder.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['tree connect', '\\\\plc\\C$', 'session', true],
      ['create', '\\\\plc\\C$\\x.exe', 'write', true],
      ['write', '\\\\plc\\C$\\x.exe', 'write', true],
      ['close', '\\\\plc\\C$\\x.exe', 'session', true],
    ],
  )
  assert.deepEqual(
    rows.rows.filter((r) => r.log !== 'files').map((r) => [r.log, ...r.cells.slice(0, 5)]),
    [
      ['smb_mapping', '\\\\plc\\C$', undefined, undefined, 'DISK'],
      ['smb_files', undefined, 'SMB::FILE_OPEN', '\\\\plc\\C$', 'x.exe', 0],
    ],
  )
  const file = rows.rows.find((r) => r.log === 'files')?.cells ?? []
  assert.deepEqual([file[6], file[9], file[10]], ['SMB', 'application/x-dosexec', 'x.exe'])
})

test('any cut of the stream says the same', () => {
  const whole = run(SESSION)
  for (const piece of [1, 5, 67]) assert.deepEqual(run(SESSION, piece).recorder.said, whole.recorder.said)
})

test('a write larger than one message passes in pieces', () => {
  const big = Array.from({ length: 200_000 }, (_, i) => i & 255)
  const session: typeof SESSION = [
    ...SESSION.slice(0, 4),
    ['client', frame(9, false, 3, 5, [49, 0, ...le(64 + 48, 2), ...le(big.length, 4), ...zero(8), ...FILE, ...zero(16), ...big])],
    ...SESSION.slice(5),
  ]
  for (const piece of [1460, 70_000]) {
    const moved = run(session, piece).recorder.said[1]
    assert.ok(moved?.kind === 'file.moved' && moved.bytes === big.length && moved.hash !== undefined)
  }
})

test('a refusal has the name of its reason', () => {
  const { recorder } = run([SESSION[0]!, ['server', frame(3, true, 1, 0, [9, 0, ...zero(7)], 0xc0000022)]])
  assert.deepEqual(
    recorder.operations.map((o) => [o.ok, o.error]),
    [[false, 'access denied']],
  )
})

test('SMB 1 negotiates its last dialect by index', () => {
  const head = (command: string, flags: string) => `ff534d42 ${command} 00000000 ${flags} 0000 ${'00'.repeat(12)} 0000 0000 0000 0100`
  const frame1 = (hex: string): number[] => [0, 0, 0, bytes(hex).length, ...bytes(hex)]
  const { recorder } = run([
    ['client', frame1(`${head('72', '00')} 00 0c00 02 4e54204c4d20302e313200`)],
    ['server', frame1(`${head('72', '80')} 01 0000 0000`)],
  ])
  assert.deepEqual(
    recorder.operations.map((o) => [o.operation, o.object]),
    [['negotiate', 'SMB 1 NT LM 0.12']],
  )
})

test('a transaction that asks for what no server has is marked, others are not', () => {
  const head = (command: string) => `ff534d42 ${command} 00000000 18 0000 ${'00'.repeat(12)} 0008 fffe 0008 4100`
  const frame1 = (hex: string): number[] => [0, 0, 0, bytes(hex).length, ...bytes(hex)]
  const said = (hex: string) => run([['client', frame1(hex)]]).recorder.anomalies
  const transaction2 = (fn: string) => `${head('32')} 0f ${'00'.repeat(26)} 01 00 ${fn} 0000`
  const ntTransact = (fn: string) => `${head('a0')} 13 ${'00'.repeat(35)} 00 ${fn} 0000`
  assert.deepEqual(said(transaction2('0e00')), ['smb.reserved-function'])
  assert.deepEqual(said(ntTransact('0500')), ['smb.reserved-function'])
  assert.deepEqual([...said(transaction2('0500')), ...said(ntTransact('0600'))], [])
})

test('every truncation parses and is marked; what is not SMB is refused', () => {
  const whole = Uint8Array.from(SESSION[2]![1])
  for (let cut = 0; cut < whole.length; cut++) {
    const m = smb.dissector.parse(new Reader(whole.subarray(0, cut)), context<Smb, SmbState>('client', smb.dissector.start!()))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
  const ctx = context<Smb, SmbState>('client', smb.dissector.start!(), { serverPort: 445 })
  assert.equal(smb.dissector.frame(new Reader(bytes('00000040 03000013')), ctx), NOT_MINE)
})

test('a pipe is one where the capture lacks its share as well: it says so, or has a known name', () => {
  const files = new Files()
  const opened = (path: string, isPipe: boolean, treeId = 9): boolean => {
    const request = Object.assign(newCommand(1, SMB1.create, false, 0), { path, treeId })
    return files.opened(1, request, Object.assign(newCommand(1, SMB1.create, true, 0), { isPipe })).isPipe
  }
  assert.deepEqual([opened('\\lsarpc', false), opened('\\own', true), opened('\\plan.doc', false)], [true, true, false])
  files.connected(7, { path: '\\\\a\\docs', type: 'DISK' })
  assert.equal(opened('\\lsarpc', false, 7), false)
})

test('a session of NetBIOS on another port begins with two names', () => {
  const name = ['20', '41'.repeat(30), '4350', '00'].join('')
  const request = bytes(`81 00 0044 ${name} ${name}`)
  const elsewhere = () => context<Smb, SmbState>('client', smb.dissector.start!(), { serverPort: 9999 })
  const length = (pdu: Uint8Array) => smb.dissector.frame(new Reader(pdu), elsewhere())
  assert.equal(length(request), 72)
  assert.equal(smb.dissector.side!(new Reader(request)), 'client')
  assert.equal(smb.dissector.side!(new Reader(bytes('82 00 0000'))), 'server')
  assert.equal(length(request.subarray(0, 40)), NEED_MORE)
  assert.equal(length(bytes(`81 00 0044 ${name} ${name.replace('4350', '4351')}`)), NOT_MINE)
  assert.equal(length(bytes('82 00 0000')), NOT_MINE)
})

test('a server called by its address has no name by that', () => {
  const named = (text: string): number[] => {
    const padded = text.padEnd(15, ' ').padEnd(16, ' ')
    return [0x20, ...[...padded].flatMap((c) => [0x41 + (c.charCodeAt(0) >> 4), 0x41 + (c.charCodeAt(0) & 15)]), 0]
  }
  const hints = (called: string): string[] => {
    const pdu = Uint8Array.from([0x81, 0, 0, 68, ...named(called), ...named('CLIENT1')])
    const ctx = context<Smb, SmbState>('client', smb.dissector.start!(), { serverPort: 139 })
    const recorder = new Recorder()
    smb.observe(seen(smb.dissector.parse(new Reader(pdu), ctx), ctx), recorder)
    return recorder.hints
  }
  assert.deepEqual(hints('FILESRV'), ['client name=CLIENT1', 'server name=FILESRV'])
  assert.deepEqual(hints('10.20.0.20'), ['client name=CLIENT1'])
  assert.deepEqual(hints('*SMBSERVER'), ['client name=CLIENT1'])
})
