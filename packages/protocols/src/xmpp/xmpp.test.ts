import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HANDED_OVER, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { xmpp } from './protocol.ts'
import type { Xmpp, XmppState } from './xmpp.ts'

const over = { serverPort: 5222 }
const hex = (text: string) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const talk = (...lines: string[]) =>
  exchange(
    xmpp,
    over,
    lines.map((line) => line[0] + hex(line.slice(1))),
  )
const OPEN = ">\x3cstream:stream to='plant.lan' xmlns='jabber:client'>"

test('a login in clear, a bound name, a message and a version', () => {
  const x = talk(
    OPEN,
    "<<stream:stream from='plant.lan' id='1'>",
    `><auth mechanism='PLAIN'>${btoa('\0eva\0s3cretpw')}</auth>`,
    "<<success xmlns='x'/>",
    "<<iq type='result' id='1'><bind><jid>eva@plant.lan/hmi</jid></bind></iq>",
    "><message to='ops@plant.lan/desk'><body>a &gt; b</body></message>",
    "<<iq type='result' from='plant.lan'><query xmlns='jabber:iq:version'><name>Openfire</name><version>4.7</version><os>Linux</os></query></iq>",
    '> \n',
  )
  assert.deepEqual(x.heard.said, [
    { kind: 'credential.exposed', user: 'eva', mask: 's…w (8)', weakness: 'clear' },
    { kind: 'login.tried', user: 'eva', domain: 'plant.lan', method: 'xmpp PLAIN', ok: true },
  ])
  assert.deepEqual(x.heard.hints, [
    'server domain=plant.lan',
    'server role=xmpp server',
    'client user=eva@plant.lan',
    'server software=Openfire 4.7',
    'server os=Linux',
  ])
  assert.deepEqual(
    x.heard.operations.map((o) => [o.operation, o.object, o.access]),
    [['message', 'ops@plant.lan', 'write']],
  )
})

test('after proceed the conversation is handed over', () => {
  const x = talk(OPEN, "><starttls xmlns='x'/>", "<<proceed xmlns='x'/>")
  assert.equal(xmpp.dissector.frame(new Reader(Uint8Array.of(22)), context<Xmpp, XmppState>('client', x.state, over)), HANDED_OVER)
})

test('a stream decides on any port; other XML does not', () => {
  const frame = (text: string) =>
    xmpp.dissector.frame(
      new Reader(new TextEncoder().encode(text)),
      context<Xmpp, XmppState>('client', xmpp.dissector.start!(), { serverPort: 80 }),
    )
  const declaration = "<?xml version='1.0'?>"
  assert.deepEqual([frame(`${declaration}<stream:stream to='a'>`), frame(declaration), frame('<stream:str')], [21, NEED_MORE, NEED_MORE])
  for (const other of [`${declaration}<soap:Envelope>`, '<html><body></body></html>', '<13>Oct 1 a b: c'])
    assert.equal(frame(other), NOT_MINE, other)
})

test('elements nest, quotes hide brackets, and depth is bounded', () => {
  const x = talk(OPEN, "><iq a='>'><b><c/></b></iq>")
  assert.equal(x.messages[1]!.name, 'iq')
  const ctx = context<Xmpp, XmppState>('client', x.state, over)
  const frame = (text: string) => xmpp.dissector.frame(new Reader(new TextEncoder().encode(text)), ctx)
  assert.deepEqual([frame('<a><b>'), frame('<a>'.repeat(100)), frame('</stream:stream>')], [NEED_MORE, NOT_MINE, 16])
})
