import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { context, Recorder, seen } from '../testing/recorder.ts'
import { ssdp } from './protocol.ts'

const ctx = context<never, undefined>('client', undefined, { transport: 'udp', serverPort: 1900 })
const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
const NOTIFY = ascii(
  'NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nLOCATION: http://10.0.0.1/d.xml\r\nNT: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nSERVER: Linux/3.1 UPnP/1.0 router/2\r\n\r\n',
)

test('a device offers itself', () => {
  const recorder = new Recorder()
  ssdp.observe(seen(ssdp.dissector.parse(new Reader(NOTIFY), ctx), ctx), recorder)
  assert.deepEqual(recorder.hints, [
    'client software=Linux/3.1 UPnP/1.0 router/2',
    'client type=router',
    'client interface=upnp http://10.0.0.1/d.xml',
  ])
})

test('who looks for a router is none', () => {
  const recorder = new Recorder()
  const search = ascii(
    'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nUSER-AGENT: Browser/9\r\n\r\n',
  )
  ssdp.observe(seen(ssdp.dissector.parse(new Reader(search), ctx), ctx), recorder)
  assert.deepEqual(recorder.hints, ['client software=Browser/9'])
})

test('every truncation is marked; other datagrams are refused', () => {
  for (let cut = 0; cut < NOTIFY.length; cut++)
    assert.deepEqual(ssdp.dissector.parse(new Reader(NOTIFY.subarray(0, cut)), ctx).anomalies, ['truncated'], `cut at ${cut}`)
  assert.equal(ssdp.dissector.frame(new Reader(ascii('INVITE sip:a@b SIP/2.0\r\n')), ctx), NOT_MINE)
})
