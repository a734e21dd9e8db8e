/** Content packs: through HTTP, into the folds of all sites, back to the version before, and away. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { fingerprintOf, type PackFile, signPack } from '@isthmus/content/pack'
import { loadIndicators } from '../known-threats/load.ts'
import { readLibrary } from '../rules/read-library.ts'
import { type Answer, type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { RULE, SiteFolds } from '../testing/site-folds.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const maker = generateKeyPairSync('ed25519')
const stranger = generateKeyPairSync('ed25519')
const pem = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString()
const rule = (text: string): PackFile => ({ path: 'rules/scale.yaml', kind: 'rule', text })
const LIST: PackFile = { path: 'known.csv', kind: 'indicators', text: 'value\n203.0.113.7\n' }

describe('content packs', () => {
  let server: TestServer
  let admin: Client
  let ann: Client
  let folds: SiteFolds
  before(async () => {
    server = await startTestServer({}, { library: readLibrary() })
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of ['works', 'mine']) await admin.post('/sites', { id, name: id })
    ann = await server.person('ann', [{ role: 'administrator', site: 'works' }])
    folds = new SiteFolds(server, ['works', 'mine'])
  })
  after(() => server.close())

  const send = (who: Client, version: number, files: PackFile[], key = maker.privateKey): Promise<Answer> => {
    const text = signPack({ pack: 'water', version, issued: '2026-03-02T08:00:00Z', about: 'For water works.', files }, key)
    return who.post('/packs', Buffer.from(text), BYTES)
  }
  /** Name and version of the rules that found something in one more conversation. */
  const found = async (site: string): Promise<Json[]> => (await folds.found(site, admin)).filter((one) => one.rule === 'scale-spoken-to')

  it('are taken only of trusted keys, and as they were signed', async () => {
    const untrusted = await send(admin, 1, [rule(RULE)])
    assert.deepEqual([untrusted.status, /which nobody here trusts/.test(untrusted.body.message)], [400, true])
    assert.equal((await admin.post('/pack-keys', { name: 'wrong', pem: 'no key' })).status, 400)
    const key = await admin.post('/pack-keys', { name: 'Headquarters', pem: pem(maker.publicKey) })
    assert.deepEqual([key.status, key.body.fingerprint], [200, fingerprintOf(maker.publicKey)])
    assert.equal((await admin.post('/pack-keys', { name: 'again', pem: pem(maker.publicKey) })).status, 409)
    assert.equal((await send(admin, 1, [rule(RULE)], stranger.privateKey)).status, 400)
    const text = signPack({ pack: 'water', version: 1, issued: '2026-03-02T08:00:00Z', about: '', files: [rule(RULE)] }, maker.privateKey)
    const changed = await admin.post('/packs', Buffer.from(text.replace('level: high', 'level: low')), BYTES)
    assert.match(changed.body.message, /changed after it was signed/)
    assert.match((await admin.post('/packs', Buffer.from('{}'), BYTES)).body.message, /signature/)
    const strange = await admin.post('/packs', Buffer.from(text.replace('"about"', '"a\\u0000\\ud800": 1, "about"')), BYTES)
    assert.deepEqual([strange.status, /is not known/.test(strange.body.message)], [400, true], JSON.stringify(strange.body))
    for (const character of ['\\u0000', '\\ud800']) {
      const kept = await admin.post('/packs', Buffer.from(text.replace('level: high', `level: high # ${character}`)), BYTES)
      assert.deepEqual([kept.status, /no text/.test(kept.body.message)], [400, true], JSON.stringify(kept.body))
    }
    assert.equal((await admin.get('/packs')).body.items.length, 0)
  })

  it('are a matter of those who may everywhere', async () => {
    assert.equal((await send(ann, 1, [rule(RULE)])).status, 403)
    assert.equal((await ann.post('/pack-keys', { name: 'mine', pem: pem(stranger.publicKey) })).status, 403)
    assert.equal((await ann.get('/packs')).status, 200)
  })

  it('reach every site: rules find, lists are looked for, and both are shown with where they come from', async () => {
    const installed = await send(admin, 2, [rule(RULE), LIST])
    assert.equal(installed.status, 200, JSON.stringify(installed.body))
    const { inForce } = installed.body
    assert.deepEqual([inForce.version, inForce.signer, inForce.rules, inForce.indicators, inForce.unusable], [2, 'Headquarters', 1, 1, 0])
    for (const site of ['works', 'mine']) {
      assert.equal((await found(site)).length, 1, site)
      const indicators = await server.test.database.scoped([site], (tx) => loadIndicators(tx, site), 'read only')
      assert.equal(indicators?.size, 1)
    }
    const row = (await ann.get('/rules')).body.items.find((one: Json) => one.name === 'scale-spoken-to')
    assert.deepEqual([row.pack, row.own], [{ name: 'water', version: 2 }, undefined])
    assert.equal((await ann.get('/rules/scale-spoken-to')).body.source, RULE)
  })

  it('only rise by upload, name what cannot be used, and go back to the version before', async () => {
    assert.equal((await send(admin, 2, [rule(RULE)])).status, 409)
    assert.equal((await send(admin, 1, [rule(RULE)])).status, 409)
    const [before] = await found('works')
    const wrong: PackFile = {
      path: 'rules/wrong.yaml',
      kind: 'rule',
      text: RULE.replace('scale-spoken-to', 'wrong').replace('server.ip', 'planet'),
    }
    const next = await send(admin, 3, [rule(RULE.replace('level: high', 'level: low')), wrong])
    assert.deepEqual(
      next.body.inForce.problems.map((one: Json) => [one.file, one.line, /no field "planet"/.test(one.why)]),
      [['rules/wrong.yaml', 7, true]],
    )
    const [low] = await found('works')
    assert.deepEqual([before?.level, low?.level], ['high', 'low'])
    assert.notEqual(low?.ruleVersion, before?.ruleVersion)
    const back = await admin.post('/packs/water/back', {})
    assert.deepEqual([back.body.inForce.version, back.body.earlier.length], [2, 0])
    const [again] = await found('works')
    assert.deepEqual([again?.level, again?.ruleVersion], ['high', before?.ruleVersion])
    assert.equal((await admin.post('/packs/water/back', {})).status, 409)
    assert.equal((await send(admin, 3, [rule(RULE)])).status, 409, 'a version that was taken back does not come again')
  })

  it('are taken under one name from one key only, until a person binds the name to another', async () => {
    assert.equal((await admin.post('/pack-keys', { name: 'Vendor', pem: pem(stranger.publicKey) })).status, 200)
    const before = (await admin.get('/packs')).body.items[0]
    assert.deepEqual([before.bound.signer, before.bound.key], ['Headquarters', fingerprintOf(maker.publicKey)])
    const others = await send(admin, 9, [rule(RULE)], stranger.privateKey)
    assert.deepEqual(
      [others.status, /one key only, Headquarters .* another, Vendor/.test(others.body.message)],
      [409, true],
      others.body.message,
    )
    assert.equal((await found('works')).length, 1, 'what is in force stays')
    const binding = { fingerprint: fingerprintOf(stranger.publicKey) }
    assert.equal((await ann.post('/packs/water/key', binding)).status, 403)
    assert.equal((await admin.post('/packs/water/key', { fingerprint: 'a'.repeat(64) })).status, 404)
    assert.equal((await admin.post('/packs/none/key', binding)).status, 404)
    const bound = await admin.post('/packs/water/key', binding)
    assert.deepEqual([bound.status, bound.body.items[0].bound.signer, bound.body.items[0].bound.by.name], [200, 'Vendor', 'admin'])
    assert.equal((await send(admin, 9, [rule(RULE)])).status, 409, 'now the first key is the other one')
    assert.equal((await admin.post('/packs/water/key', { fingerprint: fingerprintOf(maker.publicKey) })).status, 200)
  })

  it('do not come back older than they were unless somebody says so', async () => {
    const land = async (version: number, more = '') => {
      const text = signPack({ pack: 'land', version, issued: '2026-03-02T08:00:00Z', about: '', files: [LIST] }, maker.privateKey)
      return (await admin.post(`/packs${more}`, Buffer.from(text), BYTES)).status
    }
    assert.equal(await land(5), 200)
    assert.equal((await admin.delete('/packs/land')).status, 200)
    assert.equal(await land(3), 409)
    assert.equal(await land(3, '?older=yes'), 200)
    assert.equal(await land(2, '?older=yes'), 409, 'while it is here it only rises')
    assert.equal(await land(4), 200)
    assert.equal((await admin.delete('/packs/land')).status, 200)
    const audit = (await admin.get('/audit?limit=100')).body.items.filter(
      (one: Json) => one.what === 'pack.installed' && one.target === 'land',
    )
    assert.ok(audit.some((one: Json) => one.detail.olderThan === 5))
  })

  it('go away whole; a key that is trusted no more opens nothing', async () => {
    assert.equal((await admin.delete(`/pack-keys/${fingerprintOf(maker.publicKey)}`)).status, 200)
    assert.equal((await send(admin, 4, [rule(RULE)])).status, 400)
    assert.equal((await found('works')).length, 1, 'what is in force stays')
    assert.equal((await admin.delete('/packs/water')).status, 200)
    assert.equal((await found('works')).length, 0)
    const { items, removed } = (await admin.get('/packs')).body
    assert.deepEqual(
      [items, removed.map((one: Json) => [one.name, one.highest, one.bound.signer])],
      [
        [],
        [
          ['land', 4, null],
          ['water', 3, null],
        ],
      ],
    )
    const audit = (await admin.get('/audit?limit=100')).body.items.map((one: Json) => one.what)
    for (const what of ['pack.installed', 'pack.back', 'pack.rebound', 'pack.removed', 'pack-key.added', 'pack-key.removed'])
      assert.ok(audit.includes(what), what)
  })
})
