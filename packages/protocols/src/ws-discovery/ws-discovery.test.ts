import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { wsDiscovery } from './protocol.ts'
import type { WsDiscovery } from './ws-discovery.ts'

const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const SPACE = 'http://schemas.xmlsoap.org/ws/2005/04/discovery'
const envelope = (action: string, body: string) =>
  `<?xml version="1.0"?><s:Envelope xmlns:d="${SPACE}"><s:Header><a:Action>${SPACE}/${action}</a:Action></s:Header><s:Body>${body}</s:Body></s:Envelope>`
const CAMERA = `<d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types>
<d:Scopes>onvif://www.onvif.org/name/Gate%20cam onvif://www.onvif.org/hardware/M1065 onvif://www.onvif.org/location/yard</d:Scopes>
<d:XAddrs>http://10.0.0.7/onvif/device_service</d:XAddrs></d:ProbeMatch>`
const over = { transport: 'udp', serverPort: 3702 } as const

test('a camera answers a probe with what it is', () => {
  const x = exchange(wsDiscovery, over, [
    `>${hex(envelope('Probe', '<d:Types>dn:NetworkVideoTransmitter</d:Types>'))}`,
    `<${hex(envelope('ProbeMatches', CAMERA))}`,
  ])
  assert.deepEqual(x.heard.hints, [
    'server name=Gate cam',
    'server model=M1065',
    'server location=yard',
    'server type=camera',
    'server description=http://10.0.0.7/onvif/device_service',
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object]),
    [
      ['probe', ''],
      ['probematches', 'http://10.0.0.7/onvif/device_service'],
    ],
  )
})

test('other XML is not it; a cut envelope says so', () => {
  const frame = (text: string) =>
    wsDiscovery.dissector.frame(new Reader(new TextEncoder().encode(text)), context<WsDiscovery, undefined>('client', undefined, over))
  assert.equal(frame('<?xml version="1.0"?><s:Envelope><s:Body/></s:Envelope>'), NOT_MINE)
  assert.equal(frame('<13>Oct 11 22:14:15 mymachine su: hello there'), NOT_MINE)
  const cut = envelope('Hello', CAMERA).slice(0, 300)
  assert.deepEqual(exchange(wsDiscovery, over, [`>${hex(cut)}`]).heard.anomalies, ['ws-discovery.truncated'])
})

test('an envelope made to be read slowly is read at once', () => {
  const since = performance.now()
  const { messages } = exchange(wsDiscovery, over, [
    `>${hex(envelope('Hello', CAMERA).replace('<a:Action>', `${'Action'.repeat(33)}>${' '.repeat(60_000)}<a:Action>`))}`,
  ])
  assert.equal(messages[0]?.action, 'Hello')
  assert.ok(performance.now() - since < 1000)
})
