import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeLink } from './link.ts'
import { Packet } from './packet.ts'

function link(hex: string, linkType = 1): Packet {
  const p = new Packet()
  p.bytes = Uint8Array.from(hex.replace(/\s/g, '').match(/../g)!, (byte) => Number.parseInt(byte, 16))
  p.frameAt = 0
  p.frameEnd = p.bytes.length
  p.linkType = linkType
  decodeLink(p)
  return p
}

const MACS = '020000000002 020000000001'

test('an HSR tag is stepped over, alone and behind a VLAN tag', () => {
  for (const tags of ['892f 1034 0007', '8100 0005 892f 1034 0007']) {
    const p = link(`${MACS} ${tags} 88b8 0001`)
    assert.deepEqual([p.etherType, p.frameEnd - p.linkPayloadAt], [0x88b8, 2], tags)
  }
})

test('a cut HSR tag is marked', () => {
  assert.equal(link(`${MACS} 892f 1034 0007`).anomaly, 'link-truncated')
})

test('IP over InfiniBand carries its type behind forty bytes of addresses', () => {
  const p = link(`${'00'.repeat(40)} 0800 0000 45`, 242)
  assert.deepEqual([p.etherType, p.linkPayloadAt, p.anomaly], [0x0800, 44, ''])
  assert.equal(link('00'.repeat(43), 242).anomaly, 'link-truncated')
})

test('a cooked frame has addresses when it went to all', () => {
  const macs = (p: Packet): string => (p.macAt < 0 ? '' : Buffer.from(p.macs.subarray(p.macAt, p.macAt + 12)).toString('hex'))
  const old = link('0001 0001 0006 020000000001 0000 0806 0001', 113)
  assert.deepEqual([macs(old), old.etherType, old.linkPayloadAt], ['ffffffffffff020000000001', 0x0806, 16])
  const second = link('0806 0000 00000002 0001 01 06 020000000001 0000 0001', 276)
  assert.deepEqual([macs(second), second.etherType, second.linkPayloadAt], ['ffffffffffff020000000001', 0x0806, 20])
  assert.equal(macs(link('0000 0001 0006 020000000001 0000 0806 0001', 113)), '')
  assert.equal(link('0001 0001 0006 0200000000', 113).anomaly, 'link-truncated')
})
