import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DLL_FLAG, readExecutable } from './pe.ts'

const u16 = (n: number): number[] => [n & 0xff, n >> 8]
const u32 = (n: number): number[] => [...u16(n & 0xffff), ...u16(n >>> 16)]
const none = (length: number): number[] => new Array<number>(length).fill(0)
const section = (name: string): number[] => [...Buffer.from(name.padEnd(8, '\0'), 'latin1'), ...none(32)]

/** The layout of the PE Format's tables, with a 32-bit optional header and two data directories. */
function executable(): Uint8Array {
  const optional = [
    ...u16(0x10b),
    ...none(38),
    ...u16(5),
    ...u16(1),
    ...none(24),
    ...u16(2),
    ...u16(DLL_FLAG.aslr | DLL_FLAG.noSeh),
    ...none(20),
    ...u32(2),
    ...u32(0),
    ...u32(0),
    ...u32(0x2000),
    ...u32(0x40),
  ]
  const coff = [...u16(0x14c), ...u16(2), ...u32(1_700_000_000), ...none(8), ...u16(optional.length), ...u16(0x102)]
  const start = [0x4d, 0x5a, ...none(58), ...u32(64)]
  return Uint8Array.from([...start, 0x50, 0x45, 0, 0, ...coff, ...optional, ...section('.text'), ...section('.longname')])
}

test('machine, time, system, flags, directories and sections', () => {
  const pe = readExecutable(executable())
  assert.equal(pe?.machine, 'I386')
  assert.equal(pe?.compiledAt, 1_700_000_000)
  assert.equal(pe?.isExecutable, true)
  assert.equal(pe?.is64Bit, false)
  assert.equal(pe?.optional?.system, 'Windows XP')
  assert.equal(pe?.optional?.subsystem, 'WINDOWS_GUI')
  assert.equal(pe?.optional?.flags, DLL_FLAG.aslr | DLL_FLAG.noSeh)
  assert.deepEqual(pe?.optional?.tables, [0, 0x40])
  assert.deepEqual(pe?.sections?.[0], '.text')
})

test('a file cut short is no executable, at any length', () => {
  const whole = executable()
  for (let cut = 0; cut < 84; cut++) assert.equal(readExecutable(whole.subarray(0, cut)), undefined)
  for (let cut = 84; cut < whole.length; cut++) readExecutable(whole.subarray(0, cut))
})
