import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readSettings } from './settings.ts'
import { selfSigned } from './testing/certificate.ts'

const read = (env: Record<string, string>) => readSettings(env, 'test')

describe('settings', () => {
  it('let nobody send passwords in clear by accident', () => {
    assert.equal(read({}).host, '127.0.0.1')
    assert.equal(read({ ISTHMUS_HOST: '127.0.0.2' }).requireTotp, 'nobody')
    assert.throws(() => read({ ISTHMUS_HOST: '0.0.0.0' }), /without TLS everybody on the way reads passwords.*ISTHMUS_INSECURE=1 accepts/)
    assert.equal(read({ ISTHMUS_HOST: '0.0.0.0', ISTHMUS_INSECURE: '1' }).requireTotp, 'administrators')
    const behind = read({ ISTHMUS_TRUST_PROXY: '10.0.0.5, 2001:db8::/32' })
    assert.deepEqual(behind.trustProxy, ['10.0.0.5', '2001:db8::/32'])
    assert.equal(behind.requireTotp, 'administrators', 'what a proxy shows is not local')
    for (const wrong of ['true', '*', '10.0.0.0/33', '0.0.0.0/0', 'proxy.example'])
      assert.throws(() => read({ ISTHMUS_TRUST_PROXY: wrong }))
  })

  it('take a certificate and its key, and say what is wrong with them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'isthmus-tls-'))
    const write = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const { cert, key } = selfSigned()
    const [certFile, keyFile, otherKey] = [write('cert.pem', cert), write('key.pem', key), write('other.pem', selfSigned().key)]
    assert.deepEqual(read({ ISTHMUS_HOST: '0.0.0.0', ISTHMUS_TLS_CERT: certFile, ISTHMUS_TLS_KEY: keyFile }).tls, { cert, key })
    assert.throws(() => read({ ISTHMUS_TLS_CERT: certFile }), /go together/)
    assert.throws(() => read({ ISTHMUS_TLS_CERT: certFile, ISTHMUS_TLS_KEY: join(folder, 'none') }), /cannot be read/)
    assert.throws(() => read({ ISTHMUS_TLS_CERT: certFile, ISTHMUS_TLS_KEY: otherKey }), /do not work/)
    rmSync(folder, { recursive: true })
  })
})
