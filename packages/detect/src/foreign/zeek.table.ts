/**
 * Zeek's logs over our observations: which observations are lines of a log, and which field of ours has a column's value. Columns that
 * are not here are refused by name. Names and values: Zeek's log reference (docs.zeek.org, logs) and our own writers of these logs.
 */
import type { Observation } from '@isthmus/model'
import type { ForeignField, ForeignLog } from './foreign-log.ts'

type Of<K extends Observation['kind']> = Extract<Observation, { kind: K }>

/** `as` sees only observations of kind K: its view has no other. */
function told<K extends Observation['kind']>(from: string, as: (o: Of<K>) => unknown): ForeignField {
  return { from, as: as as (o: Observation) => unknown }
}
function only<K extends Observation['kind']>(holds: (o: Of<K>) => boolean): (o: Observation) => boolean {
  return holds as (o: Observation) => boolean
}

/** Zeek's log writes T, its JSON true. */
const yesNo = (value: boolean | undefined): readonly string[] | undefined =>
  value === undefined ? undefined : value ? ['true', 'T'] : ['false', 'F']
const given = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
const has = (names: readonly string[], name: string): boolean => names.includes(name)

/** Every log of connections; the second names are those of Sigma's own taxonomy. */
const ENDS = {
  ts: 'at',
  'id.orig_h': 'client.ip',
  'id.orig_p': 'client.port',
  'id.resp_h': 'server.ip',
  'id.resp_p': 'server.port',
  src_ip: 'client.ip',
  src_port: 'client.port',
  dst_ip: 'server.ip',
  dst_port: 'server.port',
} as const

const UID = 'connections have ids of our own'
const JA3 = 'we compute JA4, not JA3'
const PIECES = 'a long connection is told in pieces; a sum of bytes is a correlation of value_sum over our session_updated'
const SEPARATE = 'what a server answers with is an observation of its own, file_moved: use zeek/files'

/** Zeek's name of what is spoken, where it is not ours. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  tls: ['ssl'],
  dtls: ['ssl'],
  quic: ['quic', 'ssl'],
  dcerpc: ['dce_rpc'],
  kerberos: ['krb', 'krb_tcp'],
  ldap: ['ldap', 'ldap_tcp'],
  cldap: ['ldap', 'ldap_udp'],
  dnp3: ['dnp3', 'dnp3_tcp', 'dnp3_udp'],
  opcua: ['opcua-binary'],
  'ge-srtp': ['ge_srtp'],
}

/** `\\host\share\folder\file` → share, and the path within it. */
function parted(object: string): readonly [share: string, path: string] {
  const found = /^(\\\\[^\\]+\\[^\\]+)\\?(.*)$/s.exec(object)
  return found === null ? ['', object] : [found[1]!, found[2]!]
}
const RENAMED = / to (?!.* to )/
const SMB_ACTIONS: Readonly<Record<string, string>> = {
  create: 'SMB::FILE_OPEN',
  open: 'SMB::FILE_OPEN',
  delete: 'SMB::FILE_DELETE',
  rename: 'SMB::FILE_RENAME',
  'open print file': 'SMB::PRINT_OPEN',
}

/** Interfaces that Zeek calls otherwise. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  ISystemActivator: 'IRemoteSCMActivator',
  IEnumWbemClassObject: 'IEnumWbemClassObject interface',
}

const upper = (operation: string): string =>
  operation
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/_$/, '')
const MODBUS: Readonly<Record<string, string>> = {
  'report server id': 'REPORT_SLAVE_ID',
  'encapsulated interface transport': 'ENCAP_INTERFACE_TRANSPORT',
  UMAS: 'PROGRAM_UNITY',
}
const MODBUS_ERRORS: Readonly<Record<string, string>> = {
  'server device failure': 'SLAVE_DEVICE_FAILURE',
  'server device busy': 'SLAVE_DEVICE_BUSY',
}
/** IEEE 1815 functions by our words, where capitals and underscores alone do not give Zeek's. */
const DNP3: Readonly<Record<string, string>> = {
  'direct operate without answer': 'DIRECT_OPERATE_NR',
  freeze: 'IMMED_FREEZE',
  'freeze without answer': 'IMMED_FREEZE_NR',
  'freeze and clear': 'FREEZE_CLEAR',
  'freeze and clear without answer': 'FREEZE_CLEAR_NR',
  'freeze at time without answer': 'FREEZE_AT_TIME_NR',
  'initialize application': 'INITIALIZE_APPL',
  'start application': 'START_APPL',
  'stop application': 'STOP_APPL',
  'save configuration': 'SAVE_CONFIG',
  'activate configuration': 'ACTIVATE_CONFIG',
  'enable unsolicited responses': 'ENABLE_UNSOLICITED',
  'disable unsolicited responses': 'DISABLE_UNSOLICITED',
  'measure delay': 'DELAY_MEASURE',
  'get file information': 'GET_FILE_INFO',
  'authenticate for files': 'AUTHENTICATE_FILE',
  'authentication request': 'AUTHENTICATE_REQ',
  'authentication request without answer': 'AUTHENTICATE_ERR',
}

const certificate = {
  'certificate.subject': told<'encryption.negotiated'>('subject', (o) => given(o.subject)),
  'certificate.issuer': told<'encryption.negotiated'>('issuer', (o) => given(o.issuer)),
}

export const ZEEK_LOGS: Readonly<Record<string, ForeignLog>> = {
  conn: {
    views: [
      {
        kinds: ['session.updated'],
        // A line is written when a connection is over.
        holds: only<'session.updated'>(({ state }) => state !== 'open'),
        fields: {
          ...ENDS,
          proto: 'transport',
          service: told<'session.updated'>('protocol', ({ protocol }) => SERVICES[protocol] ?? given(protocol)),
          conn_state: 'connState',
          history: 'history',
          vlan: 'vlan',
        },
      },
    ],
    lacks: { uid: UID, duration: PIECES, orig_bytes: PIECES, resp_bytes: PIECES, orig_ip_bytes: PIECES, resp_ip_bytes: PIECES },
  },
  dns: {
    protocols: ['dns', 'llmnr', 'mdns', 'nbns'],
    views: [
      {
        kinds: ['name.resolved'],
        fields: {
          ...ENDS,
          query: 'name',
          qtype_name: 'type',
          rcode_name: told<'name.resolved'>('code', (o) => given(o.code)),
          answers: 'answers',
        },
      },
    ],
    lacks: {
      uid: UID,
      rejected: 'whether an answer without addresses held other records is not kept: use rcode_name',
      qtype: 'use qtype_name',
      rcode: 'use rcode_name',
    },
  },
  http: {
    protocols: ['http'],
    views: [
      {
        kinds: ['web.requested'],
        fields: {
          ...ENDS,
          method: 'method',
          host: 'host',
          uri: 'path',
          user_agent: 'agent',
          status_code: 'status',
          // Sigma's taxonomy of web proxies, which rules for this log use as well.
          'cs-method': 'method',
          'cs-host': 'host',
          'c-uri': 'path',
          'c-useragent': 'agent',
          'sc-status': 'status',
        },
      },
    ],
    lacks: { uid: UID, resp_mime_types: SEPARATE, orig_mime_types: SEPARATE, resp_filenames: SEPARATE, orig_filenames: SEPARATE },
  },
  ssl: {
    protocols: ['tls', 'dtls', 'quic'],
    views: [
      {
        kinds: ['encryption.negotiated'],
        fields: {
          ...ENDS,
          version: told<'encryption.negotiated'>('version', (o) => given(o.version)),
          cipher: told<'encryption.negotiated'>('cipher', (o) => given(o.cipher)),
          server_name: told<'encryption.negotiated'>('serverName', (o) => given(o.serverName)),
          subject: told<'encryption.negotiated'>('subject', (o) => given(o.subject)),
          issuer: told<'encryption.negotiated'>('issuer', (o) => given(o.issuer)),
          ja4: 'fingerprint',
        },
      },
    ],
    lacks: { uid: UID, ja3: JA3, ja3s: JA3 },
  },
  x509: {
    protocols: ['tls', 'dtls', 'quic'],
    views: [
      {
        kinds: ['encryption.negotiated'],
        holds: only<'encryption.negotiated'>(({ subject, issuer }) => subject !== '' || issuer !== ''),
        fields: { ...ENDS, ...certificate },
      },
    ],
    lacks: { 'certificate.not_valid_after': 'times are compared in parts only; ours is encryption_negotiated with notAfter' },
  },
  smb_files: {
    protocols: ['smb'],
    views: [
      {
        kinds: ['operation.done'],
        holds: only<'operation.done'>(({ operation, ok }) => ok === true && Object.hasOwn(SMB_ACTIONS, operation)),
        fields: {
          ...ENDS,
          action: told<'operation.done'>('operation', ({ operation }) => SMB_ACTIONS[operation]),
          path: told<'operation.done'>('object', ({ object }) => parted(object)[0]),
          name: told<'operation.done'>('object', ({ operation, object }) => {
            const name = operation === 'rename' ? (object.split(RENAMED)[1] ?? '') : parted(object)[1]
            return name === '' ? '<share_root>' : name
          }),
          prev_name: told<'operation.done'>('object', ({ operation, object }) =>
            operation === 'rename' ? parted(object.split(RENAMED)[0]!)[1] : undefined,
          ),
        },
      },
    ],
    lacks: { uid: UID },
  },
  smb_mapping: {
    protocols: ['smb'],
    views: [
      {
        kinds: ['service.used'],
        holds: only<'service.used'>(({ service, ok }) => ok === true && has(['smb share', 'smb pipe share'], service)),
        fields: {
          ...ENDS,
          path: 'object',
          share_type: told<'service.used'>('service', ({ service }) => (service === 'smb pipe share' ? 'PIPE' : 'DISK')),
        },
      },
    ],
    lacks: { uid: UID },
  },
  dce_rpc: {
    protocols: ['dcerpc'],
    views: [
      {
        kinds: ['operation.done'],
        fields: {
          ...ENDS,
          endpoint: told<'operation.done'>('object', ({ object }) => [
            object,
            ...(Object.hasOwn(ENDPOINTS, object) ? [ENDPOINTS[object]!] : []),
          ]),
          operation: 'operation',
        },
      },
    ],
    lacks: { uid: UID, named_pipe: 'the pipe is an observation of its own: use endpoint' },
  },
  kerberos: {
    protocols: ['kerberos'],
    views: [
      {
        kinds: ['operation.done'],
        fields: {
          ...ENDS,
          request_type: told<'operation.done'>('operation', ({ operation }) => operation.replace(/-REQ$/, '')),
          service: told<'operation.done'>('object', ({ object }) => (object === 'ticket-granting ticket' ? 'krbtgt' : object)),
          success: told<'operation.done'>('ok', ({ ok }) => yesNo(ok)),
          error_msg: told<'operation.done'>('error', ({ error }) => given(error)),
        },
      },
      {
        kinds: ['login.tried', 'service.used'],
        fields: {
          ...ENDS,
          request_type: { from: 'kind', as: (o) => (o.kind === 'login.tried' ? 'AS' : 'TGS') },
          client: {
            from: 'user',
            as: (o) => (o.kind === 'login.tried' ? `${o.user}/${o.domain}` : o.kind === 'service.used' ? o.user : undefined),
          },
          service: {
            from: 'object',
            as: (o) => (o.kind === 'login.tried' ? `krbtgt/${o.domain}` : o.kind === 'service.used' ? o.object : undefined),
          },
          success: { from: 'ok', as: (o) => ('ok' in o ? yesNo(o.ok) : undefined) },
        },
      },
    ],
    lacks: { uid: UID, cipher: 'a ticket in a broken cipher is protocol_anomaly with the name kerberos.weak-ticket' },
  },
  rdp: {
    protocols: ['rdp'],
    views: [
      {
        kinds: ['service.used'],
        fields: { ...ENDS, cookie: told<'service.used'>('user', ({ user }) => given(user)) },
      },
    ],
    lacks: { uid: UID },
  },
  ssh: {
    protocols: ['ssh'],
    views: [
      {
        kinds: ['encryption.negotiated'],
        fields: { ...ENDS, hassh: 'fingerprint', cipher_alg: 'cipher' },
      },
      {
        kinds: ['login.tried'],
        fields: { ...ENDS, auth_success: told<'login.tried'>('ok', ({ ok }) => yesNo(ok)) },
      },
    ],
    lacks: { uid: UID, auth_attempts: 'each attempt is an observation: count them with a correlation of event_count' },
  },
  ntlm: {
    views: [
      {
        kinds: ['login.tried'],
        holds: only<'login.tried'>(({ method }) => method === 'ntlm'),
        fields: { ...ENDS, username: 'user', domainname: 'domain', success: told<'login.tried'>('ok', ({ ok }) => yesNo(ok)) },
      },
    ],
    lacks: { uid: UID },
  },
  ftp: {
    protocols: ['ftp'],
    views: [
      {
        kinds: ['operation.done'],
        fields: {
          ...ENDS,
          command: 'operation',
          // Zeek writes the whole address of a file; ours is the argument as it was sent.
          arg: told<'operation.done'>('object', ({ object, server }) => [
            object,
            `ftp://${server.ip ?? ''}/${object.startsWith('/') ? object.slice(1) : `./${object}`}`,
          ]),
        },
      },
      { kinds: ['login.tried'], fields: { ...ENDS, user: 'user' } },
    ],
    lacks: { uid: UID, password: 'secrets are kept as masks', mime_type: 'the file is an observation of its own: use zeek/files' },
  },
  smtp: {
    protocols: ['smtp'],
    views: [
      {
        kinds: ['operation.done'],
        holds: only<'operation.done'>(({ operation }) => operation === 'MAIL'),
        fields: { ...ENDS, mailfrom: 'object' },
      },
      {
        kinds: ['operation.done'],
        holds: only<'operation.done'>(({ operation }) => operation === 'RCPT'),
        fields: { ...ENDS, rcptto: 'object' },
      },
    ],
    lacks: { uid: UID },
  },
  files: {
    views: [
      {
        kinds: ['file.moved'],
        fields: {
          ...ENDS,
          source: told<'file.moved'>('protocol', ({ protocol }) => [protocol, protocol.replaceAll('-', '_')]),
          filename: told<'file.moved'>('name', ({ name }) => given(name)),
          mime_type: told<'file.moved'>('mime', ({ mime }) => given(mime)),
          seen_bytes: 'bytes',
          sha256: 'hash',
          sha1: 'sha1',
          md5: 'md5',
          is_orig: told<'file.moved'>('direction', ({ direction }) =>
            direction === 'unknown' ? undefined : yesNo(direction === 'to-server'),
          ),
        },
      },
    ],
    lacks: { uid: UID },
  },
  dhcp: {
    protocols: ['dhcp'],
    views: [
      {
        kinds: ['address.claimed'],
        fields: { ...ENDS, mac: 'mac', assigned_addr: 'ip' },
      },
      {
        kinds: ['operation.done'],
        fields: { ...ENDS, msg_types: told<'operation.done'>('operation', ({ operation }) => operation.toUpperCase()) },
      },
    ],
    lacks: { uids: UID },
  },
  ldap_search: {
    protocols: ['ldap', 'cldap'],
    views: [
      {
        kinds: ['operation.done'],
        holds: only<'operation.done'>(({ operation }) => operation === 'search'),
        fields: {
          ...ENDS,
          filter: told<'operation.done'>('object', ({ object }) => /\(.*$/s.exec(object)?.[0]),
        },
      },
    ],
    lacks: { uid: UID },
  },
  modbus: {
    protocols: ['modbus'],
    views: [
      {
        kinds: ['operation.done'],
        fields: {
          ...ENDS,
          unit: told<'operation.done'>('part', ({ part }) => (part === undefined ? undefined : Number(/\d+/.exec(part)?.[0]))),
          func: told<'operation.done'>('operation', ({ operation, ok }) => {
            const name = MODBUS[operation] ?? upper(operation)
            return ok === false ? [name, `${name}_EXCEPTION`] : name
          }),
          exception: told<'operation.done'>('error', ({ error }) => (error === '' ? undefined : (MODBUS_ERRORS[error] ?? upper(error)))),
        },
      },
    ],
    lacks: { uid: UID, pdu_type: 'a question and its answer are one observation' },
  },
  dnp3: {
    protocols: ['dnp3'],
    views: [
      {
        kinds: ['operation.done'],
        fields: { ...ENDS, fc_request: told<'operation.done'>('operation', ({ operation }) => DNP3[operation] ?? upper(operation)) },
      },
    ],
    lacks: { uid: UID, fc_reply: 'a question and its answer are one observation' },
  },
}
