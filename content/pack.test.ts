import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { fingerprintOf, isSignedBy, type Pack, PackRefused, readPack, readPublicKey, signPack } from './pack.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const PACK: Pack = {
  pack: 'water-works',
  version: 3,
  issued: '2026-03-02T08:00:00Z',
  about: 'Zähler und Pumpen',
  files: [
    { path: 'rules/pump.yaml', kind: 'rule', text: 'title: pump\n' },
    { path: 'list.csv', kind: 'indicators', text: '203.0.113.7\n' },
  ],
}
const SIGNED = signPack(PACK, privateKey)
const refusal = (text: string): string => {
  try {
    readPack(text)
    return ''
  } catch (error) {
    assert.ok(error instanceof PackRefused, String(error))
    return error.message
  }
}
const changed = (change: (document: Record<string, unknown>) => unknown): string => {
  const document = JSON.parse(SIGNED) as Record<string, unknown>
  return JSON.stringify(change(document) ?? document)
}

test('what was signed is read as it was, by whoever has the key', () => {
  const { signature, ...pack } = readPack(SIGNED)
  assert.deepEqual(pack, PACK)
  assert.equal(signature.key, fingerprintOf(publicKey))
  assert.equal(isSignedBy({ ...pack, signature }, publicKey), true)
  // White space and the order of keys are not part of what is signed.
  assert.equal(isSignedBy(readPack(JSON.stringify({ signature, ...pack })), publicKey), true)
})

test('a changed word, another key and a signature of another pack do not hold', () => {
  const holds = (text: string) => isSignedBy(readPack(text), publicKey)
  for (const [key, value] of [
    ['version', 4],
    ['about', 'Zähler und Pumpen.'],
    ['issued', '2026-03-02T08:00:01Z'],
    ['pack', 'water-works-2'],
    ['files', [PACK.files[0]]],
    ['files', PACK.files.toReversed()],
    ['signature', { key: fingerprintOf(publicKey), value: 'AAAA' }],
    ['signature', { key: fingerprintOf(publicKey), value: '' }],
  ] as const)
    assert.equal(holds(changed((pack) => ({ ...pack, [key]: value }))), false, key)
  const other = generateKeyPairSync('ed25519')
  assert.equal(isSignedBy(readPack(SIGNED), other.publicKey), false)
  const { signature } = readPack(signPack(PACK, other.privateKey))
  assert.equal(isSignedBy({ ...PACK, signature: { ...signature, key: fingerprintOf(publicKey) } }, publicKey), false)
})

test('what is no pack is refused with the place', () => {
  const file = PACK.files[0]!
  const withFile = (more: object) => changed((pack) => ({ ...pack, files: [{ ...file, ...more }] }))
  assert.equal(refusal('{'), 'this is not JSON')
  assert.equal(refusal('[]'), 'a pack is a JSON object')
  assert.match(refusal('{}'), /^signature/)
  assert.match(refusal(changed((pack) => ({ ...pack, signature: { key: fingerprintOf(publicKey), value: 'AA=A' } }))), /^signature/)
  assert.match(refusal(changed((pack) => ({ ...pack, version: 0 }))), /^version/)
  assert.match(refusal(changed((pack) => ({ ...pack, pack: '../x' }))), /^pack/)
  assert.match(refusal(changed((pack) => ({ ...pack, more: 1 }))), /"more" is not known/)
  assert.match(refusal(changed((pack) => ({ ...pack, files: [] }))), /^files/)
  assert.match(refusal(changed((pack) => ({ ...pack, files: [file, file] }))), /is there twice/)
  assert.match(refusal(withFile({ kind: 'binary' })), /^files\.0\.kind/)
  assert.match(refusal(withFile({ text: 7 })), /^files\.0\.text/)
  for (const path of ['/etc/passwd', '../up.yaml', 'a/../b.yaml', '.hidden', 'a//b', 'a\\b', 'a/b/', ''])
    assert.match(refusal(withFile({ path })), /^files\.0\.path/, path)
})

test('text with any byte changed is refused or its signature does not hold', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  for (let round = 0; round < 2000; round++) {
    const at = random(SIGNED.length)
    const text = SIGNED.slice(0, at) + String.fromCharCode(32 + random(95)) + SIGNED.slice(at + 1 + random(3))
    try {
      const pack = readPack(text)
      // White space says nothing.
      const isSame = JSON.stringify(pack) === JSON.stringify(readPack(SIGNED))
      assert.equal(isSignedBy(pack, publicKey), isSame, text)
    } catch (error) {
      assert.ok(error instanceof PackRefused, String(error))
    }
  }
})

test('only Ed25519 keys sign and are trusted', () => {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  assert.equal(fingerprintOf(readPublicKey(pem)), fingerprintOf(publicKey))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  assert.throws(() => readPublicKey(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()), PackRefused)
  assert.throws(() => readPublicKey('no key'), PackRefused)
  assert.throws(() => signPack(PACK, rsa.privateKey), PackRefused)
  assert.throws(() => readPublicKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()), PackRefused)
})
