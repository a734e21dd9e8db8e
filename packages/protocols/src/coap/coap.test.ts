import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Coap, type CoapState, dissector } from './coap.ts'
import { dissector as overTcp } from './coap-tcp.ts'
import { coap, coapTcp } from './protocol.ts'

const ascii = (text: string): string => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const option = (delta: number, value: string): string => `${delta.toString(16)}${(value.length / 2).toString(16)}${value}`
/** Confirmable, token 5a. */
const ask = (code: string, id: string, ...rest: string[]): string => `> 41${code}${id}5a${rest.join('')}`
const talk = (...lines: string[]) => exchange(coap, { transport: 'udp', serverPort: 5683 }, lines)
const operations = (x: ReturnType<typeof talk>): string[] =>
  x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.access} ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)

const TEMPERATURE = [option(11, ascii('sensors')), option(0, ascii('temp'))]

test('a resource read is an operation, its text a tag', () => {
  const x = talk(ask('01', '0001', ...TEMPERATURE), `< 61450001 5a c0 ff ${ascii('21.5')}`)
  assert.deepEqual(operations(x), ['GET /sensors/temp read true'])
  assert.deepEqual(x.heard.values, ['/sensors/temp=21.5 number'])
})

test('an observed resource keeps telling under its token', () => {
  const x = talk(
    ask('01', '0001', option(6, ''), option(5, ascii('level'))),
    `< 61450001 5a 6101 60 ff ${ascii('3')}`,
    `< 41451234 5a 6102 60 ff ${ascii('4')}`,
  )
  assert.deepEqual(x.heard.values, ['/level=3 number', '/level=4 number'])
})

test('a separate answer is paired by token, a reset by message id', () => {
  const x = talk(ask('01', '0001', option(11, ascii('slow'))), '< 60000001', `< 41847777 5a`, '> 60007777')
  assert.deepEqual(operations(x), ['GET /slow read false 4.04 Not Found'])
  const reset = talk(`> 4001 0009 ${option(11, ascii('x'))}`, '< 70000009')
  assert.deepEqual(operations(reset), ['GET /x read false reset'])
})

test('JSON and SenML name several values', () => {
  const put = talk(ask('03', '0001', option(11, ascii('led')), '1132', `ff${ascii('{"on":true,"level":7,"more":{}}')}`), '< 61440001 5a')
  assert.deepEqual(put.heard.values, ['/led on:=true boolean ok', '/led level:=7 number ok'])
  const get = talk(
    ask('01', '0001', ...TEMPERATURE),
    `< 61450001 5a c16e ff ${ascii('[{"bn":"urn:1/","n":"t","v":20.1},{"n":"ok","vb":true}]')}`,
  )
  assert.deepEqual(get.heard.values, ['/sensors/temp urn:1/t=20.1 number', '/sensors/temp urn:1/ok=true boolean'])
})

test('CBOR and its SenML, LwM2M resources whose type is known', () => {
  const read = (format: string, payload: string, path = TEMPERATURE): string[] =>
    talk(ask('01', '0001', ...path), `< 61450001 5a ${format} ff ${payload}`).heard.values
  assert.deepEqual(read('c13c', `bf6174f94d4062 6f6ef5 626964 c1 1903e8 6161 80 ff`), [
    '/sensors/temp t=21 number',
    '/sensors/temp on=true boolean',
    '/sensors/temp id=1000 number',
  ])
  assert.deepEqual(read('c170', '82 a3 21 64 75726e2f 00 61 74 02 fb 4034 19999999999a a2 00 61 75 04 f4'), [
    '/sensors/temp urn/t=20.1 number',
    '/sensors/temp urn/u=false boolean',
  ])
  for (const bad of ['9f9f9f9f9f9f9f9f9f9f9f', 'bb ffffffffffffffff', '3c', '7f 61']) assert.deepEqual(read('c13c', bad), [], bad)
  const device = talk(
    ask('01', '0001', option(11, ascii('3')), option(0, ascii('0'))),
    `< 61450001 5a c22d16 ff c8000c ${ascii('Acme Pumps 1')} c301 ${ascii('P 3')} c10964 c80d08 0000000000000001`,
  )
  assert.ok(device.heard.hints.includes('client vendor=Acme Pumps 1') || device.heard.hints.includes('server vendor=Acme Pumps 1'))
  assert.deepEqual(device.heard.values, ['/3/0/9=100 number'])
  assert.deepEqual(
    talk(ask('01', '0001', option(11, ascii('3303')), option(0, ascii('0'))), '< 61450001 5a c22d16 ff e4164441a80000 e81645 02 6d43 88ff')
      .heard.values,
    ['/3303/0/5700=21 number', '/3303/0/5701=mC string'],
  )
})

test('LwM2M: an instance or a resource that names itself again', () => {
  const read = (payload: string, ...path: string[]): string[] =>
    talk(ask('01', '0001', ...path), `< 61450001 5a c22d16 ff ${payload}`).heard.values
  const instance = [option(11, ascii('3303')), option(0, ascii('0'))]
  const resource = 'e4164441a80000'
  assert.deepEqual(read(`0700${resource}`, ...instance), ['/3303/0/5700=21 number'])
  assert.deepEqual(read(resource, ...instance, option(0, ascii('5700'))), ['/3303/0/5700=21 number'])
  assert.deepEqual(read(`0701${resource}`, option(11, ascii('3303'))), ['/3303/1/5700=21 number'])
  assert.deepEqual(read('0fff00', ...instance), [])
})

test('LwM2M: a device names itself, tells its model, is rebooted by its server', () => {
  const x = talk(
    `> 41020001 5a ${option(11, ascii('rd'))}${option(4, ascii('ep=pump-7'))}`,
    '< 61410001 5a',
    `< 41010100 77 ${option(11, ascii('3'))}${option(0, ascii('0'))}${option(0, ascii('1'))}`,
    `> 61450100 77 c0 ff ${ascii('P 300')}`,
    `< 41020101 78 ${option(11, ascii('3'))}${option(0, ascii('0'))}${option(0, ascii('4'))}`,
    '> 61440101 78',
  )
  assert.ok(x.heard.hints.includes('client name=pump-7'))
  assert.ok(x.heard.hints.includes('client model=P 300'))
  assert.ok(x.heard.said.some((s) => s.kind === 'device.restarted' && s.how === 'reboot' && s.ok === true && s.side === 'server'))
})

test('discovery lists resources', () => {
  const x = talk(ask('01', '0001', `bb${ascii('.well-known')}04${ascii('core')}`), `< 61450001 5a c128 ff ${ascii('</temp>;rt="t"')}`)
  assert.deepEqual(operations(x), ['GET /.well-known/core identify true'])
  assert.ok(x.heard.hints.includes('server description=resources </temp>;rt="t"'))
})

test('a request sent again is the same request; without an answer it is told at the end', () => {
  const again = ask('01', '0001', option(11, ascii('x')))
  const x = talk(again, again)
  x.end()
  assert.deepEqual(operations(x), ['GET /x read undefined'])
})

test('extended deltas and lengths', () => {
  const x = talk(`> 40010001 dd ee 00 ${'61'.repeat(13)}`)
  assert.deepEqual(x.messages[0]!.options, [251])
  assert.deepEqual(x.heard.anomalies, [])
})

test('reserved lengths and a marker without payload are malformed', () => {
  for (const hex of ['> 40010001 f1 00', '> 40010001 1f 00', '> 40010001 ff', '> 45010001 5a'])
    assert.deepEqual(talk(hex).heard.anomalies, ['coap.malformed'], hex)
})

test('at home anything well-formed is CoAP; elsewhere a request that names its resource', () => {
  const home = context<Coap, CoapState>('client', dissector.start!(), { serverPort: 5683 })
  const away = context<Coap, CoapState>('client', dissector.start!(), { serverPort: 9999 })
  const named = new Reader(bytes(ask('01', '0001', ...TEMPERATURE).slice(1)))
  assert.ok(dissector.frame(named, away) > 0)
  for (const hex of ['40010001', '61450001 5a c0 ff 31', `4101000 15a ${option(2, '01')}`, `41010001 5a ${option(11, '0102')}`])
    assert.equal(dissector.frame(new Reader(bytes(hex)), away), NOT_MINE, hex)
  assert.ok(dissector.frame(new Reader(bytes('40010001')), home) > 0)
  for (const hex of ['80010001', '49010001', '40080001', '40e10001', '4000000100'])
    assert.equal(dissector.frame(new Reader(bytes(hex)), home), NOT_MINE, hex)
})

test('over TCP: lengths instead of message ids, signals are no requests', () => {
  const x = exchange(coapTcp, { transport: 'tcp', serverPort: 5683 }, [
    '> 50e1 23800000 20',
    '< 50e1 23800000 20',
    `> 51015ab4${ascii('temp')}`,
    `< 6145 5a c0ff ${ascii('21.5')}`,
    `> d1 07 03 5a b4 ${ascii('data')} ff ${ascii('x'.repeat(14))}`,
    '< 01445a',
    '< 00e5',
  ])
  assert.deepEqual(operations(x), ['GET /temp read true', 'PUT /data write true'])
  assert.deepEqual(x.heard.values, ['/temp=21.5 number', `/data:=${'x'.repeat(14)} string ok`])
  assert.deepEqual(
    x.heard.said.map((s) => s.kind === 'device.diagnosed' && s.what),
    ['CoAP connection aborted'],
  )
})

test('over TCP: on other ports only an opening that states a size', () => {
  const away = context<Coap, CoapState>('client', overTcp.start!(), { serverPort: 1234 })
  const home = context<Coap, CoapState>('client', overTcp.start!(), { serverPort: 5683 })
  const frame = (hex: string, ctx: typeof home): number => overTcp.frame(new Reader(bytes(hex)), ctx)
  assert.equal(frame('30e1 220480', away), 5)
  assert.equal(frame('00e1', away), NOT_MINE)
  assert.equal(frame('00e1', home), 2)
  assert.equal(frame('5101 5a b4 74656d70', away), NOT_MINE)
  assert.equal(frame('5101 5a b4 74656d70', home), 8)
  assert.equal(frame('5101 5a f4 74656d70', home), NOT_MINE)
  assert.equal(frame('0069', home), NOT_MINE)
})
