import assert from 'node:assert/strict'
import { test } from 'node:test'
import { macText } from './address.ts'
import { decodeLink } from './link.ts'
import { Packet } from './packet.ts'
import { isOfShare } from './share.ts'

function decoded(hex: string, linkType: number): Packet | undefined {
  const bytes = Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const p = new Packet()
  p.bytes = bytes
  p.frameAt = 0
  p.frameEnd = bytes.length
  p.wireLength = bytes.length
  p.linkType = linkType
  return decodeLink(p) ? p : undefined
}
const ends = (p: Packet | undefined) =>
  p && [macText(p.macs, p.macAt), macText(p.macs, p.macAt + 6), p.etherType, p.linkPayloadEnd - p.linkPayloadAt]

test('short addresses are told apart by their PAN; the check is left out where there is one', () => {
  const frame = '6188 05 cdab 0000 3412 4800'
  assert.deepEqual(ends(decoded(`${frame} ffff`, 195)), ['02:15:ab:cd:00:00', '02:15:ab:cd:12:34', 0x809a, 11])
  assert.deepEqual(ends(decoded(frame, 230)), ['02:15:ab:cd:00:00', '02:15:ab:cd:12:34', 0x809a, 11])
  assert.deepEqual(ends(decoded(`0000 0c00 0000 0100 01000000 ${frame} ffff`, 283)), ['02:15:ab:cd:00:00', '02:15:ab:cd:12:34', 0x809a, 11])
})

test('long addresses lose their middle, broadcasts are broadcasts', () => {
  assert.deepEqual(ends(decoded('41c8 05 cdab ffff 5544 33fe ff22 1100 01', 230)), ['ff:ff:ff:ff:ff:ff', '00:11:22:33:44:55', 0x809a, 16])
})

test('acknowledgements name nobody; a cut frame is counted', () => {
  assert.equal(decoded('0200 05 ffff', 195), undefined)
  assert.equal(decoded('6188 05 cdab 0000', 230), undefined)
  assert.equal(decoded('0000', 283), undefined)
})

test('both directions belong to one reader', () => {
  const there = decoded('6188 05 cdab 0000 3412 4800', 230)!
  const share = [0, 1, 2].findIndex((index) => isOfShare(there, { index, of: 3 }))
  const back = decoded('6188 05 cdab 3412 0000 4800', 230)!
  assert.ok(isOfShare(back, { index: share, of: 3 }))
})
