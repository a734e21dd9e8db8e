import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expandLabel, extract, hmac } from '../hash/hkdf.ts'
import { bytes } from '../testing/recorder.ts'
import { Aes128 } from './aes.ts'
import { Gcm } from './gcm.ts'

const hex = (b: Uint8Array | undefined): string => Buffer.from(b ?? []).toString('hex')

test('AES-128: the example of FIPS 197 appendix C.1', () => {
  const block = new Aes128(bytes('000102030405060708090a0b0c0d0e0f')).encrypt(bytes('00112233445566778899aabbccddeeff'))
  assert.equal(hex(block), '69c4e0d86a7b0430d8cdb78070b4c55a')
})

test('GCM: test case 4 of its authors opens, and a changed bit does not', () => {
  const gcm = new Gcm(bytes('feffe9928665731c6d6a8f9467308308'))
  const sealed = bytes(
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091 5bc94fbc3221a5db94fae95ae7121a47',
  )
  const associated = bytes('feedfacedeadbeeffeedfacedeadbeefabaddad2')
  const nonce = bytes('cafebabefacedbaddecaf888')
  assert.equal(hex(gcm.open(nonce, sealed, associated)).slice(0, 32), 'd9313225f88406e5a55909c5aff5269a')
  sealed[3]! ^= 1
  assert.equal(gcm.open(nonce, sealed, associated), undefined)
})

test('HMAC of RFC 4231 §4.2; QUIC’s client key of RFC 9001 appendix A.1', () => {
  assert.equal(
    hex(hmac(bytes('0b'.repeat(20)), Buffer.from('Hi There'))),
    'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  )
  const secret = extract(bytes('38762cf7f55934b34d179ae6a4c80cadccbb7f0a'), bytes('8394c8f03e515708'))
  assert.equal(hex(expandLabel(expandLabel(secret, 'client in', 32), 'quic key', 16)), '1f369613dd76d5467730efcbe3b1a22d')
})
