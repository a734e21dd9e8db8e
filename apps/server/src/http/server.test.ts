import assert from 'node:assert/strict'
import { request } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { pino } from 'pino'
import { selfSigned } from '../testing/certificate.ts'
import { PASSWORD, startTestServer } from '../testing/server.ts'
import { createHttpServer } from './server.ts'

const ASK = 'POST /api/v1/sign-ins HTTP/1.1\r\nhost: a\r\nx-isthmus: 1\r\ncontent-type: application/json\r\n'

describe('the line', async () => {
  const server = await startTestServer()
  after(() => server.close())

  it('is cut for bodies that trickle, also when they were answered already', { timeout: 20_000 }, async () => {
    const http = createHttpServer(server.services, pino({ level: 'silent' }), new Map(), {
      bodyMs: 300,
      silenceMs: 60_000,
      connections: 50,
    })
    await http.listen({ host: '127.0.0.1', port: 0 })
    const { port } = http.server.address() as AddressInfo
    const trickle = async (head: string) => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      let answer = ''
      socket.on('data', (chunk) => (answer += chunk.toString()))
      socket.write(`${head}content-length: 10000\r\n\r\n{`)
      const from = performance.now()
      while (!socket.closed && performance.now() - from < 8000) {
        socket.write(' ')
        await sleep(50)
      }
      assert.ok(socket.closed, `still open: ${head}`)
      return answer
    }
    await trickle(ASK)
    const refused = await trickle(ASK.replace('sign-ins', 'captures?site=a&name=a').replace('json', 'octet-stream'))
    assert.match(refused, /^HTTP\/1.1 401/)
    await http.close()
  })

  it('carries no more connections than it may', { timeout: 20_000 }, async () => {
    const http = createHttpServer(server.services, pino({ level: 'silent' }), new Map(), { bodyMs: 300, silenceMs: 300, connections: 2 })
    await http.listen({ host: '127.0.0.1', port: 0 })
    const { port } = http.server.address() as AddressInfo
    const sockets = Array.from({ length: 5 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
    while (sockets.filter((socket) => socket.closed).length < 3) await sleep(20)
    // Those that say nothing go too.
    while (sockets.some((socket) => !socket.closed)) await sleep(20)
    await http.close()
  })

  it('takes a few uploads of one person at a time', { timeout: 20_000 }, async () => {
    const ann = await server.person('ann', [{ role: 'administrator', site: null }])
    await ann.post('/sites', { id: 'works', name: 'The works' })
    const http = createHttpServer(server.services, pino({ level: 'silent' }), new Map())
    await http.listen({ host: '127.0.0.1', port: 0 })
    const { port } = http.server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/api/v1/captures?site=works&name=a.pcap`
    const headers = { 'x-isthmus': '1', 'content-type': 'application/octet-stream', cookie: ann.cookie }
    const stop = new AbortController()
    const endless = () => new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(1000)) })
    const status = async () => (await fetch(url, { method: 'POST', headers })).status
    // One more each time: those that were asked while a place was taken by the question itself were refused.
    for (let i = 0; i < 4 || (await status()) !== 429; i++) {
      fetch(url, { method: 'POST', headers, body: endless(), duplex: 'half', signal: stop.signal } as RequestInit).catch(() => undefined)
      await sleep(20)
    }
    stop.abort()
    while ((await status()) !== 400) await sleep(20)
    await http.close()
  })

  it('speaks TLS with a certificate, and then keeps browsers to it', async () => {
    const tls = selfSigned()
    const safe = await startTestServer({ tls })
    await safe.person('tia', [])
    await safe.http.listen({ host: '127.0.0.1', port: 0 })
    const { port } = safe.http.server.address() as AddressInfo
    const headers = await new Promise<Record<string, unknown>>((done, fail) => {
      const asked = request(
        {
          host: '127.0.0.1',
          port,
          path: '/api/v1/sign-ins',
          method: 'POST',
          ca: tls.cert,
          agent: false,
          headers: { 'x-isthmus': '1', 'content-type': 'application/json' },
        },
        (answer) => {
          answer.resume().on('end', () => done(answer.headers))
        },
      )
      asked.on('error', fail).end(JSON.stringify({ name: 'tia', password: PASSWORD }))
    })
    assert.match(String(headers['set-cookie']), /; Secure/)
    assert.match(String(headers['strict-transport-security']), /max-age=\d{8}/)
    await assert.rejects(fetch(`http://127.0.0.1:${port}/api/v1/health`))
    await safe.close()
  })

  it('takes the word of the proxy it knows on who asks and how, and of nobody else', async () => {
    const behind = await startTestServer({ trustProxy: ['10.0.0.5'] })
    await behind.person('pia', [])
    const ask = (remoteAddress: string) =>
      behind.http.inject({
        method: 'POST',
        url: '/api/v1/sign-ins',
        remoteAddress,
        headers: { 'x-isthmus': '1', 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' },
        payload: { name: 'pia', password: PASSWORD },
      })
    assert.match(String((await ask('10.0.0.5')).headers['set-cookie']), /; Secure/)
    assert.doesNotMatch(String((await ask('10.0.0.6')).headers['set-cookie']), /; Secure/)
    const { rows } = await sql<{ address: string }>`select address from sign_ins order by created_at desc limit 2`.execute(
      behind.test.database.owner,
    )
    assert.deepEqual(
      rows.map((row) => row.address),
      ['10.0.0.6', '203.0.113.9'],
    )
    await behind.close()
  })
})
