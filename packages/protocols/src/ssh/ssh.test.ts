import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Flow, type FlowRecord, NOT_MINE, Reader, type Side } from '@isthmus/wire'
import { context, Recorder, Rows, seen } from '../testing/recorder.ts'
import { servicesOf } from '../zeek-service.ts'
import { authenticated, newGuess } from './authentication.ts'
import { fingerprint, hassh } from './observe.ts'
import { ssh } from './protocol.ts'
import type { Ssh, SshState } from './ssh.ts'

const u32 = (n: number) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255]
const ascii = (text: string) => [...text].map((c) => c.charCodeAt(0))
const name = (text: string) => [...u32(text.length), ...ascii(text)]
const packet = (type: number, body: number[]) => [...u32(body.length + 6), 4, type, ...body, 0, 0, 0, 0]
const offer = (lists: string[]) => packet(20, [...new Array<number>(16).fill(7), ...lists.flatMap(name), 0, 0, 0, 0, 0])
const LISTS = ['curve25519-sha256', 'ssh-ed25519', 'aes128-ctr', 'aes128-ctr', 'hmac-sha2-256', 'hmac-sha2-256', 'none', 'none', '', '']
const KEY = [...name('ssh-ed25519'), ...u32(4), 1, 2, 3, 4]

function talk(piece = 1 << 20): { recorder: Recorder; rows: Rows } {
  const state: SshState = ssh.dissector.start!()
  const recorder = new Recorder()
  const rows = new Rows()
  const says = (from: Side, bytes: number[]) => {
    const ctx = context<Ssh, SshState>(from, state, { serverPort: 22 })
    let kept: number[] = []
    for (let at = 0; at < bytes.length; at += piece) {
      kept = kept.concat(bytes.slice(at, at + piece))
      for (;;) {
        const buffer = Uint8Array.from(kept)
        const length = buffer.length === 0 ? 0 : ssh.dissector.frame(new Reader(buffer), ctx)
        if (length <= 0 || length > buffer.length) break
        const m = ssh.dissector.parse(new Reader(buffer, 0, length), ctx)
        ssh.observe(seen(m, ctx), recorder)
        ssh.zeek?.(seen(m, ctx), rows.put)
        kept = kept.slice(length)
      }
    }
  }
  says('client', ascii('SSH-2.0-OpenSSH_9.6 Debian-1\r\n'))
  says('server', ascii('SSH-2.0-dropbear\r\n'))
  says('client', offer(LISTS))
  says('server', offer(LISTS))
  says('server', packet(31, [...u32(KEY.length), ...KEY]))
  says('server', packet(21, []))
  says('client', packet(21, []))
  return { recorder, rows }
}

test('versions, fingerprints and what was agreed, however the stream is cut', () => {
  const { recorder } = talk()
  assert.deepEqual(recorder.hints, [
    'client software=SSH-2.0-OpenSSH_9.6 Debian-1',
    'client os=Debian Linux',
    'server software=SSH-2.0-dropbear',
    'server os=embedded',
    'client fingerprint=hassh e97d07603350d1111ec2b64bf25413c9',
    'server fingerprint=hassh e97d07603350d1111ec2b64bf25413c9',
    `server fingerprint=ssh host key ${fingerprint(Uint8Array.from(KEY))}`,
  ])
  assert.equal(recorder.said[0]?.kind, 'encryption.negotiated')
  for (const piece of [1, 3, 10]) assert.deepEqual(talk(piece).recorder.said, recorder.said)
})

test('conn.log calls it SSH once keys are agreed on', () => {
  const service = (...lines: readonly (readonly [Side, readonly number[]])[]): readonly string[] => {
    const state: SshState = ssh.dissector.start!()
    const over = { serverPort: 22, up: { packets: 1, payload: 1 }, down: { packets: 1, payload: 1 } }
    let flow: Flow | undefined
    for (const [from, bytes] of lines) {
      const ctx = { ...context<Ssh, SshState>(from, state, over), ...(flow === undefined ? {} : { flow }) }
      flow = ctx.flow
      ssh.zeek?.(seen(ssh.dissector.parse(new Reader(Uint8Array.from(bytes)), ctx), ctx), new Rows().put)
    }
    return servicesOf(flow as FlowRecord, ['ssh'])
  }
  const [hello, reply] = [['client', ascii('SSH-2.0-a\r\n')] as const, ['server', ascii('SSH-2.0-b\r\n')] as const]
  const offers = [['client', offer(LISTS)] as const, ['server', offer(LISTS)] as const]
  assert.deepEqual(service(hello, reply, ...offers), [])
  assert.deepEqual(service(hello, reply, ...offers, ['server', packet(21, [])]), ['ssh'])
  assert.deepEqual(service(hello, offers[0]!, ['client', packet(21, [])]), [], 'one side alone')
  const old = [['client', ascii('SSH-1.5-a\r\n')] as const, ['server', ascii('SSH-1.5-b\r\n')] as const]
  const packet1 = [...u32(5), 0, 0, 0, 2, 0, 0, 0, 0]
  assert.deepEqual(service(...old, ['server', packet1]), [], 'a key of its own is not one for both')
  assert.deepEqual(service(...old, ['server', packet1], ['client', packet1]), ['ssh'])
})

test('HASSH is the MD5 of the four lists of its own direction', () => {
  const n = { kex: ['a', 'b'], hostKey: [], ciphers: [['c'], ['x']], macs: [['d'], ['y']], compressions: [['none'], ['z']] } as const
  const offered = JSON.parse(JSON.stringify(n))
  // md5 of "a,b;c;d;none"
  assert.equal(hassh(offered, 'client'), '27cf8f3fc7ebe14f501a91434b6d3d26')
  assert.notEqual(hassh(offered, 'client'), hassh(offered, 'server'))
})

test('sizes tell refusals and the success', () => {
  const g = newGuess()
  const sizes: [Side, number][] = [
    ['client', 48],
    ['server', 64],
    ['client', 64],
    ['server', 80],
    ['client', 96],
    ['server', 80],
    ['client', 96],
    ['server', 48],
  ]
  assert.deepEqual(
    sizes.map(([from, size]) => authenticated(g, size, from)),
    [undefined, undefined, undefined, undefined, undefined, false, undefined, true],
  )
})

test('a packet of impossible length is refused', () => {
  const state: SshState = ssh.dissector.start!()
  const ctx = context<Ssh, SshState>('client', state)
  assert.equal(ssh.dissector.frame(new Reader(Uint8Array.from(ascii('GET / HTTP/1.1\r\n'))), ctx), NOT_MINE)
  ssh.dissector.parse(new Reader(Uint8Array.from(ascii('SSH-2.0-x\r\n'))), ctx)
  assert.equal(ssh.dissector.frame(new Reader(Uint8Array.from([0x7f, 0, 0, 0, 4, 20])), ctx), NOT_MINE)
})
