import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Asset, Observation } from '@isthmus/model'
import { createTracker } from './site-tracker.ts'
import { end, evidence, hinted, operation, other, read, SITE, START, session, write } from './testing/observations.ts'
import { explainVisibility } from './visibility.ts'

const PLC = '10.1.0.10:502'
const download = { section: 'OB1', sectionType: 'block', bytes: 9, hash: undefined, user: undefined, ok: true }

function asset(ip: string, ...observations: Observation[]): Asset {
  const tracker = createTracker(SITE)
  for (const o of observations) tracker.apply(o)
  const found = tracker.asset(end(ip))
  assert.ok(found, `no asset at ${ip}`)
  return found
}

const brief = (a: Asset) => [a.type, a.role, a.purdueLevel]

test('who gives process values is a controller, who reads them an operator panel', () => {
  const poll = read('10.1.0.20', PLC, 'holding 1', 5)
  assert.deepEqual(brief(asset('10.1.0.10', poll)), ['plc', 'controller', 1])
  assert.deepEqual(brief(asset('10.1.0.20', poll)), ['hmi', 'hmi', 2])
})

test('an unknown protocol with process words gives the same', () => {
  assert.deepEqual(brief(asset('10.1.0.10', read('10.1.0.20', PLC, 'x', 5, { protocol: 'never-heard-of' }))), ['plc', 'controller', 1])
})

test('who reads from several controllers is a supervisor', () => {
  const polls = [10, 11, 12].map((n) => read('10.1.0.20', `10.1.0.${n}:502`, 'holding 1', 5, { second: n }))
  assert.deepEqual(brief(asset('10.1.0.20', ...polls)), ['scada-server', 'scada', 2])
})

test('who moves logic is an engineering station, beside its controllers or above them', () => {
  const engineer = (ip: string) => asset(ip, other('program.downloaded', ip, PLC, download, { protocol: 's7comm' }))
  assert.deepEqual(brief(engineer('10.1.0.30')), ['engineering-station', 'engineering-station', 2])
  assert.deepEqual(brief(engineer('10.5.0.30')), ['engineering-station', 'engineering-station', 3])
})

test('an office computer that reaches into the plant stays what it was, and the reach shows', () => {
  const office = session('10.5.0.30:1', '10.5.0.1:88', { protocol: 'kerberos' })
  const intrusion = other('program.downloaded', '10.5.0.30', PLC, download, { protocol: 's7comm', second: 60 })
  const intruder = asset('10.5.0.30', office, intrusion, write('10.5.0.30', PLC, 'DB1', 1, { protocol: 's7comm', second: 61 }))
  assert.deepEqual([intruder.type, intruder.purdueLevel], ['workstation', 4])
  assert.ok(intruder.roles.includes('reaches logic') && intruder.roles.includes('reaches values'))
})

test('an office computer that does so for days has it as its work', () => {
  const office = session('10.5.0.30:1', '10.5.0.1:88', { protocol: 'kerberos' })
  const edit = (day: number) => other('program.downloaded', '10.5.0.30', PLC, download, { protocol: 's7comm', second: 60 + day * 86_400 })
  assert.equal(asset('10.5.0.30', office, edit(0), edit(1), edit(2)).type, 'workstation')
  assert.deepEqual(brief(asset('10.5.0.30', office, edit(0), edit(1), edit(4))), ['engineering-station', 'engineering-station', 3])
})

test('an operating system is a guess that any behaviour outweighs', () => {
  const windows = hinted('10.1.0.20', PLC, 'client', 'os', 'Windows 10 Pro', { protocol: 'smb' })
  assert.equal(asset('10.1.0.20', windows).type, 'workstation')
  assert.equal(asset('10.1.0.20', windows, read('10.1.0.20', PLC, 'x', 1, { second: 1 })).type, 'hmi')
})

test('a name is a guess that what the host does outweighs', () => {
  const named = (name: string) => hinted('10.5.0.20', '10.5.0.1', 'client', 'name', name, { protocol: 'dhcp', confidence: 0.95 })
  assert.deepEqual(brief(asset('10.5.0.20', named('HIST01.ot.example'))), ['historian', 'historian', 3])
  assert.deepEqual(brief(asset('10.5.0.20', named('jump-2'))), ['unknown', 'jump host', 3.5])
  assert.equal(asset('10.5.0.20', named('history-of-art')).type, 'unknown')
  assert.equal(
    asset('10.5.0.20', named('plc-9'), read('10.5.0.20', PLC, 'x', 1, { second: 1 }), read('10.5.0.20', '10.1.0.11', 'x', 1, { second: 2 }))
      .role,
    'hmi',
  )
})

test("whoever a resolver gives for a directory's service is a domain controller, and that is not its name", () => {
  const answer = { domain: 'plant.example', type: 'A', answers: ['10.5.0.10'], code: 'NOERROR', first: START, count: 1 }
  const asked = other('name.resolved', '10.5.0.30', '10.5.0.1', { name: '_ldap._tcp.dc._msdcs.example', ...answer }, { protocol: 'dns' })
  const controller = asset('10.5.0.10', asked, session('10.5.0.30:1', '10.5.0.10:389', { protocol: 'tcp/389', second: 1 }))
  assert.deepEqual([...brief(controller), controller.names], ['domain-controller', 'domain controller', 4, []])
})

test("a network where a third of the hosts supervise is the plant's", () => {
  const tracker = createTracker(SITE)
  const level = (ip: string) => tracker.asset(end(ip))?.purdueLevel
  tracker.apply(session('10.2.0.20:1', '10.2.0.53:53', { protocol: 'dns' }))
  assert.equal(level('10.2.0.53'), 4)
  const changes = tracker.apply(read('10.2.0.20', PLC, 'x', 1, { second: 1 }))
  assert.equal(level('10.2.0.53'), 3)
  assert.ok(changes.some((change) => change.attribute === 'purdueLevel' && change.from === '4' && change.to === '3'))
  for (let i = 60; i < 66; i++) tracker.apply(session(`10.2.0.${i}:1`, '10.2.0.53:53', { protocol: 'dns', second: i, id: `${i}` }))
  assert.equal(level('10.2.0.53'), 4, 'one panel among many hosts does not make it so')
})

test('an office computer beside the controllers can be their engineering station', () => {
  const office = session('10.1.0.30:1', '10.5.0.1:88', { protocol: 'kerberos' })
  const edit = other('program.downloaded', '10.1.0.30', PLC, download, { protocol: 's7comm', second: 60 })
  assert.deepEqual(brief(asset('10.1.0.30', office, edit)), ['engineering-station', 'engineering-station', 2])
})

test('what was refused or never answered makes nobody anything', () => {
  const refused = other('program.downloaded', '10.1.0.30', PLC, { ...download, ok: false }, { protocol: 's7comm' })
  const unanswered = write('10.1.0.30', PLC, 'x', 1, { ok: undefined, second: 1 })
  assert.equal(asset('10.1.0.30', refused, unanswered).type, 'unknown')
})

test('a device says best what it is itself', () => {
  const poll = read('10.1.0.20', PLC, 'holding 1', 5)
  assert.equal(asset('10.1.0.10', poll, hinted('10.1.0.20', PLC, 'server', 'type', 'drive')).type, 'drive')
  assert.equal(asset('10.1.0.10', poll, hinted('10.1.0.20', PLC, 'server', 'type', 'not a type')).type, 'plc')
})

test('a service beside controllers is of the plant, elsewhere of the office', () => {
  const dns = session('10.5.0.1:1', '10.1.0.53:53', { protocol: 'dns' })
  assert.deepEqual(brief(asset('10.1.0.53', dns)), ['server', 'dns server', 4])
  assert.deepEqual(brief(asset('10.1.0.53', dns, read('10.1.0.20', PLC, 'x', 1, { second: 1 }))), ['server', 'dns server', 3])
})

test('direction unknown or refused: no role is learnt', () => {
  assert.equal(asset('10.1.0.10', session('10.1.0.20:1', PLC, { directionKnown: false })).role, 'unknown')
  assert.equal(asset('10.1.0.10', session('10.1.0.20:1', PLC, { state: 'rejected' })).role, 'unknown')
})

test('a port alone is the weakest guess', () => {
  const guess = asset('10.1.0.10', session('10.1.0.20:1', '10.1.0.10:2404', { protocol: 'tcp/2404' }))
  assert.deepEqual(brief(guess), ['rtu', 'likely iec104 server', 1])
  const decoded = session('10.1.0.20:1', '10.1.0.10:80', { protocol: 'http', second: 1, id: 'web' })
  assert.equal(asset('10.1.0.10', session('10.1.0.20:1', '10.1.0.10:2404', { protocol: 'tcp/2404' }), decoded).role, 'web server')
})

test('several units with values behind one address make a gateway; modules in a rack do not', () => {
  const values = (word: string) =>
    [1, 2, 3].flatMap((n) => [
      operation('10.1.0.20', PLC, { part: `${word} ${n}`, second: n }),
      read('10.1.0.20', PLC, 'x', 1, { part: `${word} ${n}`, second: n }),
    ])
  assert.equal(asset('10.1.0.10', ...values('unit')).type, 'gateway')
  assert.equal(asset('10.1.0.10', ...values('slot')).type, 'plc')
})

test('every conclusion has the evidence it rests on', () => {
  const facts = asset('10.1.0.20', read('10.1.0.20', PLC, 'holding 1', 5, { second: 7 })).facts
  assert.deepEqual(facts.find((fact) => fact.value === 'hmi' && fact.attribute === 'type')?.evidence, evidence(8))
})

test('visibility falls when firmware is unknown, and says where the points are', () => {
  const hint = (attribute: 'vendor' | 'model' | 'firmware', second: number) =>
    hinted('10.1.0.20', PLC, 'server', attribute, 'x', { second })
  const poll = read('10.1.0.20', PLC, 'holding 1', 5)
  const without = asset('10.1.0.10', poll, hint('vendor', 1), hint('model', 2))
  const whole = asset('10.1.0.10', poll, hint('vendor', 1), hint('model', 2), hint('firmware', 3))
  assert.equal(whole.visibility - without.visibility, 25)
  const parts = explainVisibility(without)
  assert.deepEqual(
    parts.find((part) => part.what === 'firmware'),
    { what: 'firmware', points: 0, of: 25 },
  )
  assert.equal(
    parts.reduce((sum, part) => sum + part.of, 0),
    100,
  )
  assert.equal(
    parts.reduce((sum, part) => sum + part.points, 0),
    without.visibility,
  )
})
