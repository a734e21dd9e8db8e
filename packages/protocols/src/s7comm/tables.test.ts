import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { s7comm } from './protocol.ts'

const run = (...lines: string[]) => exchange(s7comm, { serverPort: 102 }, lines)
const bare = (hex: string): string => hex.replaceAll(' ', '')
const u16 = (value: number): string => value.toString(16).padStart(4, '0')

/** User data with a body; `type`: 4 asks, 8 answers, 0 pushes. */
function userData(type: number, group: number, sub: number, sequence: number, body: string, reference = 1): string {
  const content = bare(body)
  const data = content === '' ? '0a000000' : `ff09${u16(content.length / 2)}${content}`
  const hex = (value: number): string => value.toString(16).padStart(2, '0')
  const parameters = `000112 08 12 ${hex((type << 4) | group)} ${hex(sub)} ${hex(sequence)} 00 00 0000`
  return `${type === 4 ? '>' : '<'} 32 07 0000 ${u16(reference)} 000c ${u16(data.length / 2)} ${parameters} ${data}`
}

/** The body of a job on a table: parameters of its trigger, then the content. */
const job = (content: string, parameters = '0000 0001 0000 0012 0001 0001 0001 0001 0001 0200'): string =>
  `${u16(bare(parameters).length / 2)} ${u16(bare(content).length / 2)} ${parameters} ${content}`

const THREE = '0003 01 01 0000 000a  72 01 0005 0004  20 03 0000 0004  ff 09 0001 2a 00  ff 09 0002 0102  ff 09 0001 01'

test('a monitored table: what is pushed are the values of its addresses, under its number', () => {
  const { heard } = run(
    userData(4, 1, 2, 0, job('0002 01 06 0000 0000 11 01 0000 0008')),
    userData(8, 1, 2, 2, ''),
    userData(0, 1, 2, 2, job('0002 ff 09 0006 4133851fdead ff 09 0001 02', '0100 0002'), 0),
    userData(0, 1, 2, 3, job('0001 ff 09 0001 63', '0100 0002'), 0),
  )
  assert.equal(heard.operations[0]!.object, 'MB0[6], IB8')
  assert.deepEqual(heard.values, [
    'MB0=65 uint8',
    'MB1=51 uint8',
    'MB2=133 uint8',
    'MB3=31 uint8',
    'MB4=222 uint8',
    'MB5=173 uint8',
    'IB8=2 uint8',
  ])
  assert.deepEqual(heard.anomalies, [])
})

test('a modified table writes values', () => {
  const { heard } = run(userData(4, 1, 8, 0, job(THREE)), userData(8, 1, 8, 4, ''))
  assert.deepEqual(heard.values, ['MB10:=42 uint8 ok', 'DB5.DBW4:=258 uint16 ok', 'Q4.3:=true bool ok'])
  assert.deepEqual(
    heard.operations.map(({ operation, object, access, ok }) => [operation, object, access, ok]),
    [['modify variable', 'MB10, DB5.DBW4, Q4.3', 'write', true]],
  )
})

test('a forced table names what is forced, and what is let go when the job is deleted', () => {
  const { heard } = run(
    userData(4, 1, 9, 0, job(THREE)),
    userData(8, 1, 9, 5, ''),
    userData(4, 1, 15, 0, job('09 05'), 2),
    userData(8, 1, 15, 0, '', 2),
    userData(4, 1, 15, 0, job('02 05'), 3),
    userData(8, 1, 15, 0, '', 3),
  )
  const forced = (tag: string, action: string) => ({ kind: 'tag.forced', tag, action, ok: true })
  assert.deepEqual(heard.said, [
    forced('MB10', 'force'),
    forced('DB5.DBW4', 'force'),
    forced('Q4.3', 'force'),
    forced('MB10', 'unforce'),
    forced('DB5.DBW4', 'unforce'),
    forced('Q4.3', 'unforce'),
  ])
  assert.deepEqual(heard.values, ['MB10:=42 uint8 ok', 'DB5.DBW4:=258 uint16 ok', 'Q4.3:=true bool ok'])
})

const RANGES = '12 0c b0 02 01 0044 0166 04 0044 018a'

test('byte ranges of an S7-400: a code before each, and no bytes where nothing changed', () => {
  const item = `0001 01 02 ${RANGES}`
  const { heard } = run(
    userData(4, 2, 5, 0, item),
    userData(8, 2, 5, 1, '0001 ff 09 0007 ff07 ff6000d480'),
    userData(0, 2, 5, 1, '0001 ff 09 0006 fe ff6000d481', 0),
    userData(0, 2, 5, 1, '0001 ff 09 0008 fe ff6000d482 0000', 0),
  )
  assert.equal(heard.operations[0]!.object, 'DB68.DBB358, DB68.DBB394[4]')
  assert.deepEqual(heard.values, ['DB68.DBB358=7 uint8', 'DB68.DBB394[4]=6000d480 bytes', 'DB68.DBB394[4]=6000d481 bytes'])
})

test('subscriptions of one conversation are told apart by their number, also when one gets other items', () => {
  const subscribe = (sub: number, sequence: number, byte: string): string =>
    userData(4, 2, sub, sequence, `0001 01 02 12 0a 10 02 0001 0000 83 ${byte}`)
  const { heard } = run(
    subscribe(1, 0, '000008'),
    userData(8, 2, 1, 1, '0001 ff 04 0008 01'),
    subscribe(1, 0, '000010'),
    userData(8, 2, 1, 2, '0001 ff 04 0008 02'),
    userData(0, 2, 1, 1, '0001 ff 04 0008 0b', 0),
    subscribe(7, 1, '000018'),
    userData(8, 2, 7, 1, '0001 ff 04 0008 03'),
    userData(0, 2, 7, 1, '0001 ff 04 0008 0c', 0),
  )
  assert.deepEqual(heard.values, ['MB1=1 uint8', 'MB2=2 uint8', 'MB1=11 uint8', 'MB3=3 uint8', 'MB3=12 uint8'])
})

test('a flood of jobs is forgotten from its oldest on: addresses are remembered up to a bound', () => {
  const long = job(`0100 ${'01 01 0000 000a '.repeat(256)}`)
  const pushed = (jobs: number, sequence: number) => {
    const asked = Array.from({ length: jobs }, (_, i) => [userData(4, 1, 2, 0, long, i + 1), userData(8, 1, 2, i + 1, '', i + 1)])
    return run(...asked.flat(), userData(0, 1, 2, sequence, job('0001 ff 09 0001 63', '0100 0002'), 0)).heard.values
  }
  assert.deepEqual([pushed(16, 1), pushed(17, 1), pushed(17, 17)], [['MB10=99 uint8'], [], ['MB10=99 uint8']])
})
