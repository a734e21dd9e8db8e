import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes } from '../testing/recorder.ts'
import { matchesHost, readCertificate } from './certificate.ts'
import { derOid } from './der.ts'

/** Made with `openssl req -x509` for this test. */
const CERTIFICATE = bytes(`
  308201de30820183a00302010202021f2e300a06082a8648ce3d0403023036310b300906035504061302444531133011060355040a0c0a57617465722c204c74
  643112301006035504030c09686d692e706c616e74301e170d3236313132323036353332315a170d3237313132323036353332315a3036310b30090603550406
  1302444531133011060355040a0c0a57617465722c204c74643112301006035504030c09686d692e706c616e743059301306072a8648ce3d020106082a8648ce
  3d030107034200048a1c6816538e1d1a3c7a055d052d280885685ad5c064870de05c6df9a99f43da94f3a514bf5d2e59488ae2370e6c841266d8d77497383ef3
  8feae8a7f2ede121a38180307e301d0603551d0e041604148acf75c7f9bee54b077c8379477e29d7a4429b33301f0603551d230418301680148acf75c7f9bee5
  4b077c8379477e29d7a4429b33300f0603551d130101ff040530030101ff302b0603551d11042430228209686d692e706c616e74820f2a2e706c616e742e6578
  616d706c6587040a000005300a06082a8648ce3d040302034900304602210097a2608d02bf7a2d6d6c6cc72a1257b72dcf70c3975766dce8a2a8231a078bcc02
  2100f4628ed60bfe668560ef73fad94c37835f9c0207533076818a64b67658181a97`)

test('names, times, key and alternative names', () => {
  const c = readCertificate(CERTIFICATE)
  assert.equal(c?.fingerprint, '067656e5319b74dfcd4f1561ea6147c5ee9b9292a52c0d28a016014c5dfbfa84')
  assert.equal(c?.subject, 'CN=hmi.plant,O=Water\\, Ltd,C=DE')
  assert.equal(c?.issuer, c?.subject)
  assert.equal(c?.serial, '1F2E')
  assert.deepEqual([c?.notBefore, c?.notAfter], [1795330401, 1826866401])
  assert.deepEqual(
    [c?.keyAlgorithm, c?.keyType, c?.keyBits, c?.curve, c?.signatureAlgorithm],
    ['id-ecPublicKey', 'ecdsa', 256, 'prime256v1', 'ecdsa-with-SHA256'],
  )
  assert.deepEqual(c?.alternativeNames, { dns: ['hmi.plant', '*.plant.example'], uri: [], email: [], ip: ['10.0.0.5'] })
  assert.equal(c?.isAuthority, true)
})

test('a wildcard stands for one label', () => {
  const c = readCertificate(CERTIFICATE)!
  assert.ok(matchesHost(c, 'HMI.plant'))
  assert.ok(matchesHost(c, 'a.plant.example'))
  assert.ok(!matchesHost(c, 'a.b.plant.example'))
  assert.ok(!matchesHost(c, 'plant.example'))
})

test('what is cut or altered is no exception', () => {
  for (let cut = 0; cut < CERTIFICATE.length; cut++) assert.equal(readCertificate(CERTIFICATE.subarray(0, cut)), undefined)
  for (let at = 0; at < CERTIFICATE.length; at++) {
    const altered = CERTIFICATE.slice()
    altered[at] = altered[at]! ^ 0xff
    readCertificate(altered)
  }
})

test('a curve that is spelled out, and an overlong coded name, are oddities', () => {
  const tlv = (tag: number, ...content: (number | number[])[]): number[] => {
    const body = content.flat()
    return body.length < 128 ? [tag, body.length, ...body] : [tag, 0x81, body.length, ...body]
  }
  const text = (value: string) => [...value].map((c) => c.charCodeAt(0))
  const certificate = (parameters: number[], mail: string) =>
    readCertificate(
      Uint8Array.from(
        tlv(
          0x30,
          tlv(
            0x30,
            tlv(0x02, 1),
            tlv(0x30),
            tlv(0x30),
            tlv(0x30),
            tlv(0x30),
            tlv(0x30, tlv(0x30, tlv(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1]), parameters), tlv(0x03, 0)),
            tlv(0xa3, tlv(0x30, tlv(0x30, tlv(0x06, [0x55, 0x1d, 30]), tlv(0x04, tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0x81, text(mail))))))))),
          ),
          tlv(0x30, tlv(0x06, [0x2a, 0x03])),
        ),
      ),
    )?.oddities
  const named = tlv(0x06, [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7])
  assert.deepEqual(certificate(tlv(0x30, tlv(0x02, 1)), `a@xn--${'b'.repeat(60)}`), ['spelled-out-curve', 'overlong-coded-name'])
  assert.deepEqual(certificate(named, `a@xn--${'b'.repeat(59)}.example`), [])
})

test('an object identifier as long as a message is spelled as far as any is registered', () => {
  const bytes = new Uint8Array(60_000).fill(1)
  assert.equal(derOid({ tag: 6, bytes, whole: bytes }).split('.').length, 129)
  const rsa = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1)
  assert.equal(derOid({ tag: 6, bytes: rsa, whole: rsa }), '1.2.840.113549.1.1.1')
})
