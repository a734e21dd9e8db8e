import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Md5, md5 } from './md5.ts'
import { Sha1, sha1 } from './sha1.ts'
import { Sha256, sha256 } from './sha256.ts'

const ascii = (text: string) => new TextEncoder().encode(text)

test('the vectors of the standards', () => {
  assert.equal(md5(ascii('')), 'd41d8cd98f00b204e9800998ecf8427e')
  assert.equal(md5(ascii('message digest')), 'f96b697d7cb7938d525a2f31aaf161d0')
  assert.equal(sha1(ascii('abc')), 'a9993e364706816aba3e25717850c26c9cd0d89d')
  assert.equal(sha256(ascii('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(
    sha256(ascii('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')),
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  )
})

test('every length around the block size, in pieces of every size, as node:crypto has it', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 37) & 0xff)
  for (let length = 0; length <= 200; length += length > 110 && length < 136 ? 1 : 7) {
    for (const piece of [1, 13, 64, 200]) {
      const hashes = { md5: new Md5(), sha1: new Sha1(), sha256: new Sha256() }
      for (const [name, hash] of Object.entries(hashes)) {
        for (let at = 0; at < length; at += piece) hash.update(bytes.subarray(at, Math.min(length, at + piece)))
        assert.equal(hash.hex(), createHash(name).update(bytes.subarray(0, length)).digest('hex'), `${name} of ${length} by ${piece}`)
      }
    }
  }
})
