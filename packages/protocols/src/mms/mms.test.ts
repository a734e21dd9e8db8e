import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeFile, wholeMoved } from '../testing/recorder.ts'
import { mms } from './protocol.ts'

const tlv = (tag: string, ...parts: string[]): string => {
  const value = parts.join('').replaceAll(' ', '')
  const size = value.length / 2
  return tag + (size < 128 ? '' : '82') + size.toString(16).padStart(size < 128 ? 2 : 4, '0') + value
}
const text = (s: string) => Buffer.from(s, 'latin1').toString('hex')
const id = (n: number) => tlv('02', n.toString(16).padStart(2, '0'))
const ask = (n: number, service: string) => `> ${tlv('a0', id(n), service)}`
const answer = (n: number, service: string) => `< ${tlv('a1', id(n), service)}`
const refuse = (n: number, error: string) => `< ${tlv('a2', tlv('80', n.toString(16).padStart(2, '0')), tlv('a2', tlv('a0', error)))}`
const run = (...lines: string[]) => exchange(mms, { serverPort: 102 }, lines)

const named = (domain: string, item: string) => tlv('a1', tlv('1a', text(domain)), tlv('1a', text(item)))
const variable = (domain: string, item: string, more = '') => tlv('30', tlv('a0', named(domain, item)), more)
const read = (...variables: string[]) => tlv('a4', tlv('a1', tlv('a0', ...variables)))
const results = (...values: string[]) => tlv('a4', tlv('a1', ...values))
const write = (variables: string, ...values: string[]) => tlv('a5', tlv('a0', variables), tlv('a0', ...values))
const float = (hex: string) => tlv('87', `08${hex}`)
const string = (s: string) => tlv('8a', text(s))

test('the device says who it is', () => {
  const { heard } = run(
    `> ${tlv('a8', tlv('80', '00fde8'))}`,
    `< ${tlv('a9', tlv('80', '00fde8'))}`,
    ask(1, '8200'),
    answer(1, tlv('a2', tlv('80', text('ACME')), tlv('81', text('REF')), tlv('82', text('2.1')))),
  )
  assert.deepEqual(heard.hints, ['server vendor=ACME', 'server model=REF', 'server firmware=2.1'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access, o.ok]),
    [
      ['initiate', 'session', true],
      ['identify', 'identify', true],
    ],
  )
})

test('values are read by name; a type names the members of a structure, its quality counts for all', () => {
  const component = (name: string, type: string) => tlv('30', tlv('80', text(name)), tlv('a1', type))
  const type = tlv('a2', tlv('a1', component('stVal', '8300'), component('q', tlv('84', 'f3')), component('t', '9100')))
  const value = tlv('a2', tlv('83', '01'), tlv('84', '03 c000'), tlv('91', '5f000000 800000 0a'))
  const { heard } = run(
    ask(1, tlv('a6', tlv('a0', named('LD0', 'XCBR1$ST$Pos')))),
    answer(1, tlv('a6', tlv('80', '00'), tlv('a2', type))),
    ask(2, read(variable('LD0', 'XCBR1$ST$Pos'), variable('LD0', 'MMXU1$MX$A'))),
    answer(2, results(value, float('41200000'))),
  )
  assert.deepEqual(heard.values, [
    'LD0/XCBR1$ST$Pos$stVal=true bool',
    'LD0/XCBR1$ST$Pos$q=1100000000000 bitstring',
    'LD0/XCBR1$ST$Pos$t=1593835520.5 time',
    'LD0/MMXU1$MX$A=10 float32',
  ])
  assert.equal(heard.operations.at(-1)!.object, 'LD0/XCBR1$ST$Pos, LD0/MMXU1$MX$A')
})

test('a read fails where nothing of it comes back', () => {
  const both = read(variable('LD0', 'A$ST$a'), variable('LD0', 'B$ST$b'))
  const { heard } = run(ask(1, both), answer(1, results('80010a', '830101')), ask(2, both), answer(2, results('80010a', '800103')))
  assert.deepEqual(
    heard.operations.map((o) => [o.ok, o.error]),
    [
      [true, ''],
      [false, 'object non-existent'],
    ],
  )
  assert.deepEqual(heard.values, ['LD0/B$ST$b=true bool'])
})

test('a part of a variable is read by alternate access', () => {
  const part = tlv('a5', tlv('81', text('mag')))
  const { messages } = run(ask(1, read(variable('LD0', 'MMXU1$MX', part))))
  assert.deepEqual(messages[0]!.body.variables, ['LD0/MMXU1$MX$mag'])
})

test('a name plate is the device itself', () => {
  const { heard } = run(
    ask(1, read(variable('LD0', 'LPHD1$DC$PhyNam$serNum'), variable('LD0', 'LLN0$DC$NamPlt$swRev'))),
    answer(1, results(string('SN-7'), string('4.2'))),
  )
  assert.deepEqual(heard.hints, ['server type=ied', 'server LD0 role=logical device', 'server serial=SN-7', 'server LD0 firmware=4.2'])
})

/** ctlVal, origin, number, time, test, check. */
const oper = (value: string, isTest = '00') =>
  tlv(
    'a2',
    value,
    tlv('a2', tlv('85', '03'), tlv('89', '4f50')),
    tlv('86', '01'),
    tlv('91', '5f00000000000000'),
    tlv('83', isTest),
    tlv('84', '0600'),
  )
const POS = 'CSWI1$CO$Pos'

test('a control is selected, operated and terminated', () => {
  const { heard } = run(
    ask(1, write(variable('LD0', `${POS}$SBOw`), oper('830101'))),
    answer(1, tlv('a5', '8100')),
    ask(2, write(variable('LD0', `${POS}$Oper`), oper('830101'))),
    answer(2, tlv('a5', '8100')),
    `< ${tlv('a3', tlv('a0', tlv('a0', variable('LD0', `${POS}$Oper`)), tlv('a0', oper('830101'))))}`,
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['select with value', 'LD0/CSWI1$CO$Pos (remote control)', 'control', true],
      ['operate', 'LD0/CSWI1$CO$Pos (remote control)', 'control', true],
      ['command termination', 'LD0/CSWI1$CO$Pos', 'control', true],
    ],
  )
  assert.deepEqual(heard.values, ['LD0/CSWI1$CO$Pos:=true bool ok'])
})

test('a refused control says why; one with the test flag writes nothing; a select by reading may come back empty', () => {
  const error = tlv('a2', string(`LD0/${POS}$Oper`), tlv('85', '02'), oper('830101'), tlv('86', '01'), tlv('85', '0a'))
  const { heard } = run(
    `< ${tlv('a3', tlv('a0', tlv('a0', tlv('30', tlv('a0', tlv('80', text('LastApplError'))))), tlv('a0', error)))}`,
    ask(1, write(variable('LD0', `${POS}$Oper`), oper('830101'))),
    answer(1, tlv('a5', tlv('80', '03'))),
    ask(2, write(variable('LD0', `${POS}$Oper`), oper('830100', '01'))),
    answer(2, tlv('a5', '8100')),
    ask(3, read(variable('LD0', `${POS}$SBO`))),
    answer(3, results('8a00')),
    ask(4, write(variable('LD0', `${POS}$Cancel`), oper('830101'))),
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok, o.error]),
    [
      ['operate', false, 'object access denied: blocked by interlocking'],
      ['operate (test)', true, ''],
      ['select', false, 'object access denied'],
    ],
  )
  assert.deepEqual(heard.values, ['LD0/CSWI1$CO$Pos:=true bool refused'])
})

test('a question without an answer is a try', () => {
  const { heard, end } = run(
    ask(4, write(variable('LD0', `${POS}$Cancel`), oper('830101'))),
    ask(5, write(variable('LD0', 'GGIO1$SP$X$setVal'), '850107')),
  )
  end()
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access, o.ok]),
    [
      ['cancel', 'control', undefined],
      ['write', 'configure', undefined],
    ],
  )
  assert.deepEqual(heard.values, ['LD0/GGIO1$SP$X$setVal:=7 int8 unanswered'])
})

test('setting groups, substitution, blocking and control blocks', () => {
  const { heard } = run(
    ask(1, write(variable('LD0', 'LLN0$SP$SGCB$ActSG'), '860102')),
    answer(1, tlv('a5', '8100')),
    ask(2, write(variable('LD0', 'MMXU1$SV$Hz$subEna'), '830101')),
    answer(2, tlv('a5', '8100')),
    ask(3, write(variable('LD0', 'LLN0$GO$gcb01$GoEna'), '830100')),
    answer(3, tlv('a5', tlv('80', '03'))),
  )
  assert.deepEqual(heard.said, [
    { kind: 'configuration.changed', what: 'active setting group of LD0', value: '2', ok: true, side: 'client' },
    { kind: 'tag.forced', tag: 'LD0/MMXU1$SV$Hz', action: 'force', ok: true, side: 'client' },
    { kind: 'configuration.changed', what: 'LD0/LLN0$GO$gcb01$GoEna', value: 'false', ok: false, side: 'client' },
  ])
  assert.equal(heard.operations[2]!.operation, 'write goose control block')
})

test('a report tells the members of its data set that are included', () => {
  const list = tlv('ac', named('LD0', 'LLN0$DS1'))
  const report = tlv(
    'a3',
    tlv(
      'a0',
      tlv('a1', tlv('80', text('RPT'))),
      // Data set name and reasons are given; of three members the second and third are in it.
      tlv(
        'a0',
        string('R1'),
        tlv('84', '06 1800'),
        string('LD0/LLN0$DS1'),
        tlv('84', '05 60'),
        '830101',
        '850105',
        tlv('84', '0240'),
        tlv('84', '0240'),
      ),
    ),
  )
  const { heard } = run(
    ask(1, list),
    answer(1, tlv('ac', tlv('80', '00'), tlv('a1', variable('LD0', 'A$ST$a'), variable('LD0', 'B$ST$b'), variable('LD0', 'C$ST$c')))),
    `< ${report}`,
  )
  assert.deepEqual(heard.values, ['LD0/B$ST$b=true bool', 'LD0/C$ST$c=5 int8'])
  assert.equal(heard.operations.at(-1)!.object, 'R1')
})

test('entries of a log are values of the variables they name', () => {
  const entry = (tag: string, value: string) =>
    tlv(
      '30',
      tlv('80', '01'),
      'a100',
      tlv('a2', tlv('80', '0000000005dc'), tlv('a2', tlv('a1', tlv('30', tlv('80', text(tag)), tlv('a1', value))))),
    )
  const { heard } = run(
    ask(1, tlv('bf41', tlv('a0', named('LD0', 'LLN0$Log1')))),
    answer(1, tlv('bf41', tlv('a0', entry('LD0/XCBR1$ST$Pos', '830101'), entry('LD0/MMXU1$MX$A', float('41200000'))), tlv('81', '00'))),
  )
  assert.deepEqual(heard.values, ['LD0/XCBR1$ST$Pos=true bool', 'LD0/MMXU1$MX$A=10 float32'])
  assert.deepEqual([heard.operations[0]!.operation, heard.operations[0]!.object], ['read journal', 'LD0/LLN0$Log1'])
})

test('programs are started, stopped and reset; a domain is deleted', () => {
  const { heard } = run(
    ask(1, tlv('bf28', tlv('80', text('MAIN')))),
    answer(1, 'bf2800'),
    ask(2, tlv('bf29', tlv('80', text('MAIN')))),
    refuse(2, tlv('84', '02')),
    ask(3, tlv('9f24', text('PROG'))),
    answer(3, '9f2400'),
  )
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'run', by: 'command', detail: 'start MAIN', ok: true, side: 'client' },
    { kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'stop MAIN', ok: false, side: 'client' },
    {
      kind: 'program.edited',
      section: 'PROG',
      sectionType: 'deleted domain',
      bytes: 0,
      hash: undefined,
      user: undefined,
      ok: true,
      side: 'client',
    },
  ])
  assert.equal(heard.operations[1]!.error, 'service: object state conflict')
})

test('a file is opened and read part by part', () => {
  const { heard } = run(
    ask(1, tlv('bf48', tlv('a0', tlv('19', text('COMTRADE/1.cfg'))), tlv('81', '00'))),
    answer(1, tlv('bf48', tlv('80', '07'), tlv('a1', tlv('80', '06')))),
    ask(2, tlv('9f49', '07')),
    answer(2, tlv('bf49', tlv('80', text('abc')))),
    ask(3, tlv('9f49', '07')),
    answer(3, tlv('bf49', tlv('80', text('def')), tlv('81', '00'))),
    ask(4, tlv('9f4a', '07')),
    answer(4, '9f4a00'),
    ask(5, tlv('bf4c', tlv('19', text('old.cfg')))),
    answer(5, '9f4c00'),
  )
  assert.deepEqual(heard.said[0], {
    kind: 'file.moved',
    name: 'COMTRADE/1.cfg',
    direction: 'to-client',
    mime: '',
    ...wholeFile('abcdef'),
  })
  assert.deepEqual(heard.said[1], { kind: 'configuration.changed', what: 'file delete', value: 'old.cfg', ok: true, side: 'client' })
})

test('a directory is listed with and without the inner sequence', () => {
  const entry = (name: string) => tlv('30', tlv('a0', tlv('19', text(name))), tlv('a1', tlv('80', '05')))
  const { messages } = run(
    ask(1, 'bf4d00'),
    answer(1, tlv('bf4d', tlv('a0', tlv('30', entry('a'), entry('b'))))),
    ask(2, 'bf4d00'),
    answer(2, tlv('bf4d', tlv('a0', entry('c')))),
  )
  assert.deepEqual([...messages[1]!.body.names, ...messages[3]!.body.names], ['a', 'b', 'c'])
})

test('a download: the device asks for the segments; an upload: the client does', () => {
  const deviceAsks = (n: number, service: string) => `< ${tlv('a0', id(n), service)}`
  const clientAnswers = (n: number, service: string) => `> ${tlv('a1', id(n), service)}`
  const { heard } = run(
    ask(1, tlv('ba', tlv('80', text('PROG')), 'a100', tlv('82', '00'))),
    answer(1, '9a00'),
    deviceAsks(1, tlv('9b', text('PROG'))),
    clientAnswers(1, tlv('bb', tlv('80', text('code')), tlv('81', '00'))),
    deviceAsks(2, tlv('bc', tlv('80', text('PROG')))),
    clientAnswers(2, '9c00'),
    ask(2, tlv('9d', text('PROG'))),
    answer(2, tlv('bd', tlv('80', '05'), 'a100')),
    ask(3, tlv('9e', '05')),
    answer(3, tlv('be', tlv('80', text('code')), tlv('81', '00'))),
    ask(4, tlv('9f1f', '05')),
    answer(4, '9f1f00'),
  )
  const section = { section: 'PROG', sectionType: 'domain', ...wholeMoved('code'), user: undefined, ok: true }
  assert.deepEqual(
    heard.said.filter((s) => s.kind.startsWith('program')),
    [
      { kind: 'program.downloaded', ...section },
      { kind: 'program.uploaded', ...section },
    ],
  )
  assert.deepEqual(heard.anomalies, [])
})

test('TASE.2: bilateral table, points with their validity, a selected device', () => {
  const vmd = (item: string) => tlv('30', tlv('a0', tlv('80', text(item))))
  const real = (hex: string, flags: string) => tlv('a2', float(hex), tlv('84', `00${flags}`))
  const { heard } = run(
    ask(1, read(variable('EAST', 'Bilateral_Table_ID'), vmd('TASE2_Version'))),
    answer(1, results(string('1.0'), tlv('a2', tlv('85', '07cc'), tlv('85', '08')))),
    ask(2, read(variable('EAST', 'MW'), variable('EAST', 'CB'))),
    answer(2, results(real('42c80000', 'c0'), tlv('84', '00 90'))),
    ask(3, read(variable('EAST', 'CB_SBO'))),
    answer(3, results(string('CheckBack'))),
  )
  assert.ok(heard.hints.includes('server role=TASE.2 server') && heard.hints.includes('server software=TASE.2 1996-8'))
  assert.deepEqual(heard.values, [
    'EAST/Bilateral_Table_ID=1.0 string',
    'EAST/MW=100 float32',
    'EAST/CB=on state',
    'EAST/CB_SBO=CheckBack check-back',
  ])
  assert.deepEqual([heard.operations.at(-1)!.operation, heard.operations.at(-1)!.object], ['select', 'EAST/CB'])
})

test('logical devices name the device they belong to', () => {
  const { heard } = run(
    ask(1, tlv('a1', tlv('a0', tlv('80', '09')), tlv('a1', '8000'))),
    answer(1, tlv('a1', tlv('a0', tlv('1a', text('BAY1LD0')), tlv('1a', text('BAY1CTRL'))), tlv('81', '00'))),
  )
  assert.deepEqual(heard.hints, [
    'server type=ied',
    'server name=BAY1',
    'server BAY1LD0 role=logical device',
    'server BAY1CTRL role=logical device',
  ])
  assert.equal(heard.operations[0]!.object, 'domains')
})

test('an association is concluded, or nobody says so', () => {
  const { heard, end } = run('> 8b00', '< 8c00', '> 8b00')
  end()
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok]),
    [
      ['conclude', true],
      ['conclude', undefined],
    ],
  )
})

test('a reject and an answer nobody asked for', () => {
  const { heard } = run(ask(1, '8200'), `< ${tlv('a4', tlv('80', '01'), tlv('81', '01'))}`, ask(2, '8200'), answer(9, 'a200'))
  assert.equal(heard.operations[0]!.error, 'rejected confirmed request: unrecognized service')
  assert.deepEqual(heard.anomalies, ['mms.unsolicited'])
})

test('frame refuses what is no PDU of MMS', () => {
  const at = (hex: string) => mms.dissector.frame(new Reader(bytes(hex)), context('client', mms.dissector.start!()))
  assert.equal(at('32 01 00 00'), NOT_MINE)
  assert.equal(at('a0'), NEED_MORE)
  assert.equal(at('a0 05 040101 0000'), NOT_MINE)
  assert.equal(at('a3 03 020101'), NOT_MINE)
  assert.equal(at('a0 05 020101 8200'), 7)
})

test('structures without end are cut, every truncation is marked', () => {
  let deep = '830101'
  for (let n = 0; n < 20; n++) deep = tlv('a2', deep)
  const parse = (pdu: Uint8Array) => mms.dissector.parse(new Reader(pdu), context('client', mms.dissector.start!()))
  assert.deepEqual(parse(bytes(ask(1, write(variable('LD0', 'X'), deep)).slice(1))).anomalies, ['too-deep'])
  const whole = bytes(answer(2, results(float('41200000'), string('abc'))).slice(1))
  for (let cut = 1; cut < whole.length; cut++) assert.ok(parse(whole.subarray(0, cut)).anomalies.includes('truncated'), `cut at ${cut}`)
})
