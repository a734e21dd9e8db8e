import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { dissector, type FoxState, type NiagaraFox } from './niagara-fox.ts'
import { niagaraFox } from './protocol.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))
const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex')
const HELLO = `fox a 0 -1 fox hello\n{\nfox.version=s:1.0\nid=i:2\nhostName=s:plant-jace\napp.name=s:Station\napp.version=s:3.8.41\nvm.name=s:J9\nvm.version=s:2.3\nos.name=s:QNX\nos.version=s:6.3.2\nstation.name=s:Boiler_House\nhostId=s:Qnx-NPM6-0000-0000-0001\nbrandId=s:vykon\nsysInfo=o:bog 8[<a>\n};;>]\n};;\n`

test('a hello names host, station, software, runtime, system and board', () => {
  const { heard } = exchange(niagaraFox, { serverPort: 1911 }, [`< ${hex(HELLO)}`])
  assert.deepEqual(heard.hints, [
    'server name=plant-jace',
    'server project=Boiler_House',
    'server software=Niagara Station 3.8.41',
    'server software=J9 2.3',
    'server os=QNX 6.3.2',
    'server family=vykon',
    'server serial=Qnx-NPM6-0000-0000-0001',
    'server vendor=Tridium',
    'server model=NPM6',
    'server type=building-controller',
  ])
})

test('a sign-in has its user, its method and its end; a password in clear is masked', () => {
  const { heard } = exchange(niagaraFox, { serverPort: 1911 }, [
    `< ${hex('fox a 1 -1 fox challenge\n{\nmethod=s:basic\nnonce=b:4[\n\n;;]\n};;\n')}`,
    `> ${hex('fox a 2 -1 fox login\n{\nusername=s:operator\npassword=s:secret\n};;\n')}`,
    `< ${hex('fox a 3 -1 fox rejected\n{\n};;\n')}`,
  ])
  assert.deepEqual(heard.said, [
    { kind: 'credential.exposed', user: 'operator', mask: 's…t (6)', weakness: 'clear' },
    { kind: 'login.tried', user: 'operator', domain: '', method: 'Fox basic', ok: false },
  ])
})

test('commands of other channels are operations', () => {
  const { heard } = exchange(niagaraFox, { serverPort: 1911 }, [
    `> ${hex('fox s 9 -1 station invoke\n{\nord=s:slot:/Drivers/Pump\n};;\n')}`,
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access]),
    [['station invoke', 'slot:/Drivers/Pump', 'write']],
  )
})

test('a message ends at its own end, wherever it is cut; others are refused', () => {
  const ctx = context<NiagaraFox, FoxState>('client', dissector.start!(), {})
  const whole = latin1(HELLO)
  for (let n = 4; n < whole.length - 1; n++) assert.equal(dissector.frame(new Reader(whole.subarray(0, n)), ctx), NEED_MORE, `cut to ${n}`)
  assert.equal(dissector.frame(new Reader(latin1(`${HELLO}fox a 4 -1 fox hello`)), ctx), whole.length)
  for (const text of ['GET / HTTP/1.1\n', 'fox1 a', 'fox A 1', `fox a ${'x'.repeat(300)}`, 'fox a 1 -1 fox hello\nno\n']) {
    assert.equal(dissector.frame(new Reader(latin1(text)), ctx), NOT_MINE, text)
  }
  const lie = dissector.parse(new Reader(latin1('fox a 1 -1 fox hello\n{\nnonce=b:99999999[x]\n')), ctx)
  assert.deepEqual(lie.anomalies, ['truncated'])
})
