/** Rules that people write: through HTTP, into the fold of their site, every version kept. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { readLibrary } from '../rules/read-library.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { RULE, SiteFolds } from '../testing/site-folds.ts'

const ZEEK = `title: A conversation over port 502
name: port-502
logsource: { product: zeek, service: conn }
detection:
  s: { id.resp_p: 502 }
  condition: s
`

describe('rules of one’s own', () => {
  let server: TestServer
  let admin: Client
  let ann: Client
  let reader: Client
  let folds: SiteFolds
  before(async () => {
    server = await startTestServer({}, { library: readLibrary() })
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of ['works', 'mine']) await admin.post('/sites', { id, name: id })
    ann = await server.person('ann', [{ role: 'analyst', site: 'works' }])
    reader = await server.person('rea', [{ role: 'viewer', site: 'works' }])
    folds = new SiteFolds(server, ['works', 'mine'])
  })
  after(() => server.close())

  /** Which rules found something in one more conversation. */
  const found = async (site: string): Promise<string[]> => (await folds.found(site, admin)).map((one) => one.rule as string)
  let id = ''

  it('are checked before they are kept: what they mean, and errors by line', async () => {
    const good = await ann.post('/own-rules/checks', { site: 'works', text: RULE })
    assert.equal(good.status, 200, JSON.stringify(good.body))
    assert.deepEqual(
      [good.body.errors, good.body.rules[0].name, good.body.rules[0].level, good.body.rules[0].category],
      [[], 'scale-spoken-to', 'high', 'session_updated'],
    )
    const bad = await ann.post('/own-rules/checks', { site: 'works', text: RULE.replace('protocol: modbus', 'colour: red') })
    assert.deepEqual(bad.body.errors, [
      { line: 7, rule: 'scale-spoken-to', path: 'detection.scale.colour', reason: 'no field "colour" in session.updated' },
    ])
    const taken = await ann.post('/own-rules/checks', { site: 'works', text: RULE.replace('scale-spoken-to', 'port-scan') })
    assert.match(taken.body.errors[0].reason, /another rule is named "port-scan"/)
    const bomb = await ann.post('/own-rules/checks', { site: 'works', text: `${'- '.repeat(40_000)}x` })
    assert.match(bomb.body.errors[0].reason, /nested too deeply/)
    assert.equal((await ann.get('/own-rules')).body.items.length, 0, 'nothing was kept')
  })

  it('are switched on only without errors, and reach the fold of their site only', async () => {
    const broken = { site: 'works', text: RULE.replace('server.ip', 'server.planet'), isOn: true }
    const refused = await ann.post('/own-rules', broken)
    assert.equal(refused.status, 400)
    assert.deepEqual([refused.body.details[0].field, /no field "server.planet"/.test(refused.body.details[0].why)], ['line 7', true])
    assert.equal((await ann.post('/own-rules', { ...broken, isOn: false })).status, 200, 'a draft may have errors')
    const made = await ann.post('/own-rules', { site: 'works', text: RULE, isOn: true })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    id = made.body.id
    assert.deepEqual([made.body.number, made.body.done, made.body.by.name], [1, 'written', 'ann'])
    assert.ok((await found('works')).includes('scale-spoken-to'))
    assert.ok(!(await found('mine')).includes('scale-spoken-to'))
  })

  it('stand in the list of rules, marked, with their page', async () => {
    const { items } = (await reader.get('/rules')).body
    const row = items.find((one: Json) => one.name === 'scale-spoken-to')
    assert.deepEqual([row.own, row.health.firings > 0], [{ id, site: 'works', isOn: true }, true])
    assert.equal(items.find((one: Json) => one.name === 'port-scan').own, undefined)
    const { body } = await reader.get('/rules/scale-spoken-to')
    assert.deepEqual([body.source, body.findings > 0, body.attack], [RULE, true, ['T0855']])
  })

  it('say where they count no more, since a rule of that name came with Isthmus or for all sites', async () => {
    const made = await ann.post('/own-rules', { site: 'works', text: RULE.replace('scale-spoken-to', 'taken-later'), isOn: true })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    const listed = async (who: Client) => (await who.get('/own-rules')).body.items.find((one: Json) => one.id === made.body.id)
    assert.deepEqual((await listed(ann)).dropped, [])
    const { database } = server.test
    const [text, rules] = [
      made.body.text.replace('taken-later', 'port-scan'),
      made.body.rules.map((one: Json) => ({ ...one, name: 'port-scan' })),
    ]
    await database.scoped(['works'], async (tx) => {
      await sql`update own_rules set number = 2 where id = ${made.body.id}`.execute(tx)
      await sql`insert into own_rule_versions (rule, number, site, text, is_on, done, rules, errors, cost)
        values (${made.body.id}, 2, 'works', ${text}, true, 'changed', ${JSON.stringify(rules)}::jsonb, '[]', 1)`.execute(tx)
    })
    const taken = { site: 'works', line: 2, rule: 'port-scan', path: 'name', reason: 'another rule is named "port-scan"' }
    assert.deepEqual((await listed(ann)).dropped, [taken])
    assert.deepEqual((await ann.get(`/own-rules/${made.body.id}`)).body.dropped, [taken])
    const rows = (await ann.get('/rules')).body.items.filter((one: Json) => one.name === 'port-scan')
    assert.deepEqual(
      rows.map((one: Json) => [one.own?.id, one.notInForce]),
      [
        [undefined, []],
        [made.body.id, [{ site: 'works', why: taken.reason }]],
      ],
    )
    const back = await ann.post(`/own-rules/${made.body.id}/versions`, { after: 2, backTo: 1 })
    assert.deepEqual([back.status, back.body.dropped], [200, []])

    const all = await admin.post('/own-rules', { site: null, text: RULE.replace('scale-spoken-to', 'taken-later'), isOn: true })
    assert.equal(all.status, 200, 'it counts at the other sites')
    const both = [(await listed(admin)).dropped, (await admin.get(`/own-rules/${all.body.id}`)).body.dropped].flat()
    assert.deepEqual(
      both.map((one: Json) => [one.site, one.rule]),
      [['works', 'taken-later']],
    )
    for (const [id, after] of [
      [all.body.id, 1],
      [made.body.id, 3],
    ] as const)
      await admin.post(`/own-rules/${id}/versions`, { after, isOn: false })
  })

  it('that are no rules yet keep the title that they were given', async () => {
    const titles = [
      'title: "Not yet: a rule" # later\nlevel: {',
      'level: low\ntitle: Ours\ndetection: x\n',
      'nothing: here\n',
      `title: ${'x'.repeat(1000)}\nlevel: {`,
    ]
    for (const text of titles) assert.equal((await ann.post('/own-rules', { site: 'works', text, isOn: false })).status, 200)
    const { items } = (await ann.get('/own-rules')).body
    const drafts = items.filter((one: Json) => one.rules.length === 0 && one.errors.length > 0).map((one: Json) => one.title)
    assert.deepEqual(drafts.slice(0, 4), ['x'.repeat(200), null, 'Ours', 'Not yet: a rule'])
  })

  it('keep every version, with who and when, and go back to any', async () => {
    const off = await ann.post(`/own-rules/${id}/versions`, { after: 1, isOn: false })
    assert.deepEqual([off.status, off.body.number, off.body.done, off.body.isOn], [200, 2, 'off', false])
    assert.ok(!(await found('works')).includes('scale-spoken-to'))
    const text = RULE.replace('level: high', 'level: low')
    assert.equal((await ann.post(`/own-rules/${id}/versions`, { after: 1, text })).status, 409, 'somebody else was faster')
    assert.equal((await ann.post(`/own-rules/${id}/versions`, { after: 2, text, isOn: true })).body.rules[0].level, 'low')
    const back = await ann.post(`/own-rules/${id}/versions`, { after: 3, backTo: 1 })
    assert.deepEqual([back.body.number, back.body.done, back.body.text, back.body.isOn], [4, 'back to 1', RULE, true])
    assert.deepEqual(
      back.body.versions.map((one: Json) => [one.number, one.done, one.by.name]),
      [
        [4, 'back to 1', 'ann'],
        [3, 'changed', 'ann'],
        [2, 'off', 'ann'],
        [1, 'written', 'ann'],
      ],
    )
    assert.equal((await reader.get(`/own-rules/${id}/versions/3`)).body.text, text)
    assert.ok((await found('works')).includes('scale-spoken-to'))
    assert.equal((await ann.post(`/own-rules/${id}/versions`, { after: 4, backTo: 9 })).status, 404)
    assert.equal((await ann.post(`/own-rules/${id}/versions`, { after: 4 })).status, 400)
  })

  it('for all sites are written by those who may everywhere, and reach every fold', async () => {
    assert.equal((await ann.post('/own-rules', { site: null, text: ZEEK, isOn: true })).status, 404)
    const made = await admin.post('/own-rules', { site: null, text: ZEEK, isOn: true })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    for (const site of ['works', 'mine']) assert.ok((await found(site)).includes('port-502'), site)
    assert.equal((await ann.post(`/own-rules/${made.body.id}/versions`, { after: 1, isOn: false })).status, 404)
    assert.ok(
      (await ann.get('/own-rules')).body.items.some((one: Json) => one.id === made.body.id),
      'but seen by all',
    )
  })

  it('are a matter of the sites one may see, and of people who may', async () => {
    const other = await admin.post('/own-rules', { site: 'mine', text: RULE.replaceAll('scale', 'belt'), isOn: false })
    assert.equal(other.status, 200)
    assert.equal((await ann.get(`/own-rules/${other.body.id}`)).status, 404)
    assert.ok(!(await ann.get('/own-rules')).body.items.some((one: Json) => one.id === other.body.id))
    assert.equal((await ann.post('/own-rules', { site: 'mine', text: RULE, isOn: false })).status, 404)
    assert.equal((await reader.post('/own-rules', { site: 'works', text: RULE, isOn: false })).status, 403)
    assert.equal((await reader.post('/own-rules/checks', { site: 'works', text: RULE })).status, 403)
    const entries = (await admin.get('/audit?limit=200')).body.items.map((one: Json) => one.what)
    for (const action of ['own-rule.made', 'own-rule.changed', 'own-rule.checked']) assert.ok(entries.includes(action), action)
  })

  it('have a bound on what they cost together', async () => {
    const dear = (n: number) => `title: Dear ${n}
name: dear-${n}
logsource: { product: isthmus, category: mode_changed }
detection: { s: { detail|re: [${Array.from({ length: 19 }, (_, i) => `x${i}`).join(', ')}] }, condition: s }
`
    let refused: Json
    for (let n = 0; n < 6 && refused === undefined; n++) {
      const { status, body } = await admin.post('/own-rules', { site: 'mine', text: dear(n), isOn: true })
      if (status === 400) refused = body
    }
    assert.match(refused.message, /comparisons for each observation: at most 5000/)
  })

  it('are written beside a reference of what they may name', async () => {
    const { body } = await reader.get('/rule-fields')
    const kind = body.kinds.find((one: Json) => one.category === 'process_write')
    assert.ok(kind.fields.some((field: Json) => field.name === 'tag' && field.type === 'text'))
    assert.ok(body.logs.some((log: Json) => log.product === 'zeek' && log.name === 'dns' && log.fields.includes('query')))
    assert.ok(body.modifiers.some((one: Json) => one.name === 'cidr'))
  })
})
