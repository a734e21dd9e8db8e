/** Rules for other products' logs over our observations: for each log one that fires and one that stays silent. */
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Observation, ObservationKind } from '@isthmus/model'
import { end, failed, NOBODY, rulesOf, run, see } from '../testing.ts'
import { GENERIC_LOGS } from './generic.table.ts'
import { ZEEK_LOGS } from './zeek.table.ts'

const zeek = (service: string, selection: unknown, more: object = {}) => ({
  title: service,
  name: service,
  logsource: { product: 'zeek', service },
  detection: { selection, condition: 'selection' },
  ...more,
})
const generic = (category: string, selection: unknown) => ({
  title: category,
  name: category,
  logsource: { category },
  detection: { selection, condition: 'selection' },
})

type Seen = readonly [kind: ObservationKind, protocol: string, fields: object]
const observe = ([kind, protocol, fields]: Seen): Observation => see(kind, 0, { protocol, count: 1, ...fields })

function matches(document: object, seen: Seen): boolean {
  const { rules, errors } = rulesOf(document)
  assert.deepEqual(errors, [])
  const observation = observe(seen)
  return rules[0]!.kinds.includes(observation.kind) && rules[0]!.matches({ ...NOBODY, observation, learnedAt: 0 })
}

const op = (protocol: string, fields: object): Seen => ['operation.done', protocol, { ok: true, error: '', part: undefined, ...fields }]
const session = (fields: object): Seen => [
  'session.updated',
  'tls',
  { transport: 'tcp', state: 'closed', connState: 'SF', history: 'Sh', ...fields },
]
const tls = (fields: object): Seen => [
  'encryption.negotiated',
  'tls',
  { version: 'TLSv12', cipher: '', serverName: '', subject: '', issuer: '', fingerprint: '', ...fields },
]
const web = (fields: object): Seen => ['web.requested', 'http', { method: 'GET', host: '', path: '/', agent: '', status: 200, ...fields }]
const name = (fields: object): Seen => ['name.resolved', 'dns', { name: 'a.example', type: 'A', code: 'NOERROR', answers: [], ...fields }]
const SHARE = '\\\\srv\\C$'

/** By log: what is looked for, an observation that shows it, and one that does not. */
const ROWS: readonly (readonly [log: string, selection: unknown, fires: Seen, silent: Seen])[] = [
  ['conn', { 'id.resp_p': 4444, proto: 'tcp' }, session({ server: end('10.0.0.2', 4444) }), session({})],
  ['conn', { service: 'ssl' }, session({}), ['session.updated', 'ssh', { state: 'closed' }]],
  ['conn', { conn_state: ['S0', 'REJ'] }, session({ connState: 'S0', state: 'tried' }), session({ connState: 'S0', state: 'open' })],
  ['conn', { 'history|startswith': 'Sh', 'id.orig_h|cidr': '10.0.0.0/8' }, session({}), session({ history: 'D' })],
  ['dns', { 'query|endswith': '.example', qtype_name: 'TXT' }, name({ type: 'TXT' }), name({})],
  ['dns', { rcode_name: 'NXDOMAIN' }, name({ code: 'NXDOMAIN' }), name({})],
  ['dns', { rcode_name: null }, name({ code: '' }), name({})],
  [
    'dns',
    { 'answers|cidr': '127.0.0.0/8' },
    name({ answers: ['8.8.8.8', '127.0.0.1'] }),
    ['name.resolved', 'ssdp', { answers: ['127.0.0.1'] }],
  ],
  ['http', { method: 'PUT', 'user_agent|contains': 'webdav' }, web({ method: 'PUT', agent: 'Microsoft-WebDAV/1' }), web({ method: 'PUT' })],
  ['http', { 'uri|endswith': '.exe', status_code: 200 }, web({ path: '/x.exe' }), web({ path: '/x.exe', status: 404 })],
  ['http', { 'c-useragent': '*curl*', 'host|endswith': '.top' }, web({ agent: 'curl/8', host: 'a.top' }), web({ agent: 'curl/8' })],
  [
    'ssl',
    { server_name: 'a.example', version: 'TLSv10' },
    tls({ serverName: 'a.example', version: 'TLSv10' }),
    tls({ serverName: 'a.example' }),
  ],
  ['ssl', { 'cipher|contains': 'RC4' }, tls({ cipher: 'TLS_RSA_WITH_RC4_128_SHA' }), tls({})],
  ['ssl', { issuer: 'CN=a', subject: 'CN=b' }, tls({ issuer: 'CN=a', subject: 'CN=b' }), tls({ issuer: 'CN=a' })],
  ['ssl', { server_name: null }, tls({}), tls({ serverName: 'a.example' })],
  ['ssl', { 'ja4|startswith': 't13' }, tls({ fingerprint: 't13d1516h2' }), ['encryption.negotiated', 'ssh', { fingerprint: 't13' }]],
  ['x509', { 'certificate.subject|contains': 'Major Cobalt' }, tls({ subject: 'CN=Major Cobalt Strike' }), tls({ subject: 'CN=x' })],
  ['x509', { 'certificate.issuer|exists': false }, tls({ subject: 'CN=x' }), tls({})],
  [
    'smb_files',
    { 'path|endswith': 'IPC$', name: 'svcctl' },
    op('smb', { operation: 'create', object: '\\\\srv\\IPC$\\svcctl' }),
    op('smb', { operation: 'create', object: `${SHARE}\\svcctl` }),
  ],
  [
    'smb_files',
    { action: 'SMB::FILE_DELETE', 'name|endswith': '.log' },
    op('smb', { operation: 'delete', object: `${SHARE}\\a\\x.log` }),
    op('smb', { operation: 'delete', object: `${SHARE}\\a\\x.log`, ok: false }),
  ],
  [
    'smb_files',
    { name: 'b.txt', prev_name: 'a.txt' },
    op('smb', { operation: 'rename', object: `${SHARE}\\a.txt to b.txt` }),
    op('smb', { operation: 'create', object: `${SHARE}\\b.txt` }),
  ],
  [
    'smb_mapping',
    { 'path|endswith': 'ADMIN$', share_type: 'DISK' },
    ['service.used', 'smb', { service: 'smb share', object: '\\\\srv\\ADMIN$', ok: true }],
    ['service.used', 'smb', { service: 'smb share', object: '\\\\srv\\ADMIN$', ok: false }],
  ],
  [
    'dce_rpc',
    { endpoint: 'svcctl', operation: 'CreateServiceW' },
    op('dcerpc', { operation: 'CreateServiceW', object: 'svcctl' }),
    op('dcerpc', { operation: 'OpenServiceW', object: 'svcctl' }),
  ],
  [
    'dce_rpc',
    { endpoint: 'IRemoteSCMActivator' },
    op('dcerpc', { operation: 'x', object: 'ISystemActivator' }),
    op('dcerpc', { operation: 'x', object: 'svcctl' }),
  ],
  [
    'kerberos',
    { request_type: 'TGS', 'service|startswith': 'cifs/' },
    op('kerberos', { operation: 'TGS-REQ', object: 'cifs/srv' }),
    op('kerberos', { operation: 'AS-REQ', object: 'ticket-granting ticket' }),
  ],
  [
    'kerberos',
    { success: 'false', error_msg: 'KDC_ERR_C_PRINCIPAL_UNKNOWN' },
    op('kerberos', { operation: 'AS-REQ', object: '', ok: false, error: 'KDC_ERR_C_PRINCIPAL_UNKNOWN' }),
    op('kerberos', { operation: 'AS-REQ', object: '' }),
  ],
  [
    'kerberos',
    { client: 'eve/PLANT.LOCAL', request_type: 'AS' },
    ['login.tried', 'kerberos', { user: 'eve', domain: 'PLANT.LOCAL', ok: true }],
    ['service.used', 'kerberos', { user: 'eve/PLANT.LOCAL', object: 'x', ok: true }],
  ],
  ['rdp', { 'cookie|startswith': 'adm' }, ['service.used', 'rdp', { user: 'admin' }], ['service.used', 'rdp', { user: 'eve' }]],
  ['ssh', { auth_success: 'F' }, ['login.tried', 'ssh', { ok: false }], ['login.tried', 'ssh', { ok: true }]],
  ['ssh', { hassh: 'abc' }, ['encryption.negotiated', 'ssh', { fingerprint: 'abc' }], ['login.tried', 'ssh', { fingerprint: 'abc' }]],
  [
    'ntlm',
    { username: 'administrator', success: true },
    ['login.tried', 'smb', { user: 'Administrator', method: 'ntlm', ok: true }],
    ['login.tried', 'smb', { user: 'Administrator', method: 'kerberos', ok: true }],
  ],
  [
    'ftp',
    { command: 'STOR', 'arg|endswith': '.exe' },
    op('ftp', { operation: 'STOR', object: 'x.exe' }),
    op('ftp', { operation: 'RETR', object: 'x.exe' }),
  ],
  [
    'ftp',
    { arg: 'ftp://10.0.0.2/./x.exe' },
    op('ftp', { operation: 'STOR', object: 'x.exe' }),
    op('ftp', { operation: 'STOR', object: '/x.exe' }),
  ],
  ['ftp', { user: 'anonymous' }, ['login.tried', 'ftp', { user: 'anonymous' }], ['login.tried', 'ftp', { user: 'eve' }]],
  [
    'smtp',
    { 'mailfrom|endswith': '@bad.example' },
    op('smtp', { operation: 'MAIL', object: 'x@bad.example' }),
    op('smtp', { operation: 'RCPT', object: 'x@bad.example' }),
  ],
  [
    'smtp',
    { 'rcptto|endswith': '@bad.example' },
    op('smtp', { operation: 'RCPT', object: 'x@bad.example' }),
    op('smtp', { operation: 'MAIL', object: 'x@bad.example' }),
  ],
  ['files', { 'filename|endswith': '.exe' }, ['file.moved', 'smb', { name: 'a.exe' }], ['file.moved', 'smb', { name: '' }]],
  [
    'files',
    { mime_type: 'application/x-dosexec', source: 'HTTP' },
    ['file.moved', 'http', { mime: 'application/x-dosexec' }],
    ['file.moved', 'smb', { mime: 'application/x-dosexec' }],
  ],
  [
    'files',
    { is_orig: 'T', 'seen_bytes|gt': 10 },
    ['file.moved', 'ftp-data', { direction: 'to-server', bytes: 11 }],
    ['file.moved', 'ftp-data', { direction: 'to-client', bytes: 11 }],
  ],
  [
    'dhcp',
    { 'assigned_addr|cidr': '10.9.0.0/16' },
    ['address.claimed', 'dhcp', { ip: '10.9.1.1', mac: 'x' }],
    ['address.claimed', 'arp', { ip: '10.9.1.1', mac: 'x' }],
  ],
  ['dhcp', { msg_types: 'NAK' }, op('dhcp', { operation: 'nak' }), op('dhcp', { operation: 'ack' })],
  [
    'ldap_search',
    { 'filter|contains': 'admincount=1' },
    op('ldap', { operation: 'search', object: 'dc=plant whole subtree (&(objectClass=user)(adminCount=1))' }),
    op('ldap', { operation: 'search', object: 'dc=plant base (objectClass=*)' }),
  ],
  ['modbus', { func: 'WRITE_SINGLE_COIL' }, op('modbus', { operation: 'write single coil' }), op('modbus', { operation: 'read coils' })],
  [
    'modbus',
    { func: 'READ_COILS_EXCEPTION', exception: 'ILLEGAL_DATA_ADDRESS', unit: 17 },
    op('modbus', { operation: 'read coils', ok: false, error: 'illegal data address', part: 'unit 17' }),
    op('modbus', { operation: 'read coils', part: 'unit 17' }),
  ],
  ['dnp3', { fc_request: ['COLD_RESTART', 'STOP_APPL'] }, op('dnp3', { operation: 'stop application' }), op('dnp3', { operation: 'read' })],
]

test('each log of Zeek has a rule that fires and an observation it is silent on', () => {
  for (const [log, selection, fires, silent] of ROWS) {
    const what = `${log} ${JSON.stringify(selection)}`
    assert.equal(matches(zeek(log, selection), fires), true, what)
    assert.equal(matches(zeek(log, selection), silent), false, `${what}: silent`)
  }
  assert.deepEqual(
    Object.keys(ZEEK_LOGS).filter((log) => !ROWS.some(([other]) => other === log)),
    [],
    'a log without a row',
  )
})

test('each column that is mapped is proven by a row, or has the same value under another name', () => {
  const shown = (log: string) =>
    new Set(
      ROWS.filter(([other]) => other === log).flatMap(([, selection]) => Object.keys(selection as object).map((key) => key.split('|')[0])),
    )
  for (const [log, { views }] of Object.entries(ZEEK_LOGS))
    for (const [column, field] of views.flatMap(({ fields }) => Object.entries(fields)))
      if (typeof field !== 'string') assert.ok(shown(log).has(column), `${log}.${column}`)
})

const GENERIC_ROWS: readonly (readonly [category: string, selection: unknown, fires: Seen, silent: Seen])[] = [
  ['dns', { 'query|contains': 'xmr', record_type: 'A' }, name({ name: 'xmr.example' }), name({})],
  ['dns', { 'answer|startswith': '8.' }, name({ answers: ['8.8.8.8'] }), name({})],
  [
    'proxy',
    { 'c-uri|startswith': 'http://a.top/x', 'cs-method': 'GET' },
    web({ host: 'a.top', path: '/x/y' }),
    web({ host: 'b.top', path: '/x/y' }),
  ],
  ['proxy', { 'c-uri-extension': 'exe', 'c-uri-query|contains': 'id=' }, web({ path: '/a.exe?id=3' }), web({ path: '/a.exe' })],
  ['proxy', { 'c-uri-stem': '/a.exe' }, web({ path: '/a.exe?id=3' }), web({ path: '/b.exe' })],
  ['webserver', { 'cs-uri-query|contains': '/etc/passwd', 'sc-status': 200 }, web({ path: '/x?f=/etc/passwd' }), web({ path: '/x' })],
  ['webserver', { 'cs-uri-stem|endswith': '.jsp' }, web({ path: '/a.jsp?x=1' }), web({ path: '/a?x=.jsp' })],
  ['firewall', { dst_port: 445, dst_ip: '10.0.0.2' }, session({ server: end('10.0.0.2', 445) }), session({})],
  [
    'network_connection',
    { DestinationPort: [4444, 5555], Protocol: 'tcp' },
    session({ server: end('10.0.0.2', 5555) }),
    session({ server: end('10.0.0.2', 5555), state: 'open' }),
  ],
]

test('each generic log source that is mapped has such a rule too', () => {
  for (const [category, selection, fires, silent] of GENERIC_ROWS) {
    const what = `${category} ${JSON.stringify(selection)}`
    assert.equal(matches(generic(category, selection), fires), true, what)
    assert.equal(matches(generic(category, selection), silent), false, `${what}: silent`)
  }
  assert.deepEqual(
    Object.keys(GENERIC_LOGS).filter((category) => !GENERIC_ROWS.some(([other]) => other === category)),
    [],
  )
})

const REFUSED: readonly (readonly [what: string, document: object, path: string, reason: RegExp])[] = [
  [
    'a column we do not see',
    zeek('dns', { Z: 1 }),
    'detection.selection.Z',
    /"Z" of zeek\/dns cannot be mapped: our observations do not carry it/,
  ],
  ['a column with a reason', zeek('ssl', { ja3: 'x' }), 'detection.selection.ja3', /JA4, not JA3/],
  [
    'a column in a list of maps',
    zeek('http', [{ uri: '/' }, { 'referrer|contains': 'x' }]),
    'detection.selection.1.referrer|contains',
    /"referrer"/,
  ],
  ['a column that is compared with', zeek('ssl', { 'subject|fieldref': 'ja3s' }), 'detection.selection.subject|fieldref', /"ja3s"/],
  [
    'columns of two observations',
    zeek('ssh', { hassh: 'x', auth_success: 'T' }),
    'detection.selection.auth_success',
    /"auth_success" of zeek\/ssh and hassh are never in one observation/,
  ],
  ['a log we do not have', zeek('weird', { name: 'x' }), 'logsource.service', /no mapping for the service "weird": mapped are conn, dns/],
  ['no log', { ...zeek('dns', { query: 'x' }), logsource: { product: 'zeek' } }, 'logsource.service', /no mapping for the service/],
  [
    'a category of Zeek',
    { ...zeek('dns', { query: 'x' }), logsource: { product: 'zeek', category: 'dns' } },
    'logsource.category',
    /have a service/,
  ],
  [
    'a product',
    { ...generic('dns', { query: 'x' }), logsource: { product: 'windows', category: 'dns' } },
    'logsource.product',
    /the product "windows"/,
  ],
  ['a category', generic('process_creation', { Image: 'x' }), 'logsource.category', /no mapping for the category "process_creation"/],
  ['a column of a host', generic('network_connection', { Image: 'x' }), 'detection.selection.Image', /which program speaks/],
  ['a verdict', generic('firewall', { action: 'denied' }), 'detection.selection.action', /not what a product decided/],
  ['keywords', zeek('dns', ['xmr']), 'detection.selection.0', /name the fields/],
  ['a keyword', zeek('dns', 'xmr'), 'detection.selection', /name the fields/],
  ['a time as a number', zeek('dns', { 'ts|gt': 3 }), 'detection.selection.ts|gt', /compared in parts, as ts\|hour/],
  ['one of our fields', zeek('dns', { 'server.zone': 'ot' }), 'detection.selection.server.zone', /"server.zone" of zeek\/dns/],
  ['a taxonomy', { ...zeek('dns', { query: 'x' }), taxonomy: 'ecs' }, 'taxonomy', /the taxonomy "ecs"/],
  ['a field that objects have by birth', zeek('dns', { constructor: 'x' }), 'detection.selection.constructor', /"constructor"/],
  ['a log that objects have by birth', zeek('constructor', { query: 'x' }), 'logsource.service', /no mapping/],
]

test('what cannot be mapped is refused by name, never ignored', () => {
  for (const [what, document, path, reason] of REFUSED) {
    const { rules, errors } = rulesOf(document)
    assert.equal(rules.length, 0, what)
    assert.equal(errors[0]?.path, path, what)
    assert.match(errors[0]!.reason, reason, what)
  }
  assert.equal(rulesOf({ ...zeek('dns', { query: 'x', 'ts|hour': 3 }), taxonomy: 'sigma' }).errors.length, 0)
})

test('correlations over lines of a log group by its columns, and a line is counted once', () => {
  const guessed = {
    title: 'guessed',
    name: 'guessed',
    level: 'high',
    correlation: { type: 'event_count', rules: ['ssh'], 'group-by': ['id.orig_h', 'id.resp_h'], timespan: '1m', condition: { gte: 3 } },
  }
  const tries = (n: number) => Array.from({ length: n }, (_, i) => failed(i, { protocol: 'ssh', method: 'ssh' }))
  const documents = [zeek('ssh', { auth_success: 'F' }), guessed]
  assert.deepEqual(run(documents, tries(2)), [])
  const told = run(documents, tries(3))
  assert.deepEqual([told[0]?.rule, told[0]?.client.ip, told.at(-1)?.count], ['guessed', '10.0.0.1', 3])
  const names = {
    title: 'names',
    name: 'names',
    correlation: { type: 'value_count', rules: ['dns'], 'group-by': ['src_ip'], timespan: '1m', condition: { field: 'query', gte: 2 } },
  }
  const asked = ['a', 'b'].map((one, i) => see('name.resolved', i, { protocol: 'dns', name: one, count: 1 }))
  assert.equal(run([zeek('dns', { 'query|exists': true }), names], asked).length, 1)
  const bad = { ...guessed, correlation: { ...guessed.correlation, 'group-by': ['uid'] } }
  assert.match(rulesOf(zeek('ssh', { auth_success: 'F' }), bad).errors[0]!.reason, /no field/)
})

test('rules on both fields named alike keep their own', () => {
  const ours = {
    title: 'ours',
    name: 'ours',
    logsource: { product: 'isthmus', category: 'operation_done' },
    detection: { s: { object: 'x' }, condition: 's' },
  }
  const seen = op('smb', { operation: 'create', object: `${SHARE}\\x` })
  const told = run([ours, zeek('smb_files', { name: 'x' }), zeek('modbus', { func: 'x' })], [observe(seen)])
  assert.deepEqual(
    told.map(({ rule }) => rule),
    ['smb_files'],
  )
  assert.equal(told[0]?.fields.object, `${SHARE}\\x`, 'the finding says our field')
})

test('a filter for a log narrows rules over it', () => {
  const filter = {
    title: 'f',
    logsource: { product: 'zeek', service: 'dns' },
    filter: { rules: ['dns'], known: { 'query|endswith': '.example' }, condition: 'not known' },
  }
  const asked = ['a.example', 'a.test'].map((one, i) => see('name.resolved', i, { protocol: 'dns', name: one, count: 1 }))
  assert.deepEqual(
    run([zeek('dns', { 'query|startswith': 'a' }), filter], asked).map(({ fields }) => fields.name),
    ['a.test'],
  )
})
