/** Return and reason codes, property types (OASIS MQTT 3.1.1 §3.2.2.3; MQTT 5.0 §2.2.2.2, §2.4), Sparkplug's data types. */

/** Connect return codes of 3.1 and 3.1.1. */
export const RETURN_CODES: readonly string[] = [
  'Connection Accepted',
  'Refused: unacceptable protocol version',
  'Refused: identifier rejected',
  'Refused: server unavailable',
  'Refused: bad user name or password',
  'Refused: not authorized',
]

/** Reason codes of 5.0 from 0x80; below that all is well. */
export const REASONS: Readonly<Record<number, string>> = {
  128: 'unspecified error',
  129: 'malformed packet',
  130: 'protocol error',
  131: 'implementation specific error',
  132: 'unsupported protocol version',
  133: 'client identifier not valid',
  134: 'bad user name or password',
  135: 'not authorized',
  136: 'server unavailable',
  137: 'server busy',
  138: 'banned',
  139: 'server shutting down',
  140: 'bad authentication method',
  141: 'keep alive timeout',
  142: 'session taken over',
  143: 'topic filter invalid',
  144: 'topic name invalid',
  145: 'packet identifier in use',
  146: 'packet identifier not found',
  147: 'receive maximum exceeded',
  148: 'topic alias invalid',
  149: 'packet too large',
  150: 'message rate too high',
  151: 'quota exceeded',
  152: 'administrative action',
  153: 'payload format invalid',
  154: 'retain not supported',
  155: 'quality of service not supported',
  156: 'use another server',
  157: 'server moved',
  158: 'shared subscriptions not supported',
  159: 'connection rate exceeded',
  160: 'maximum connect time',
  161: 'subscription identifiers not supported',
  162: 'wildcard subscriptions not supported',
}

export const VERSIONS: Readonly<Record<number, string>> = { 3: '3.1', 4: '3.1.1', 5: '5.0' }

export type PropertyShape = 'byte' | 'two' | 'four' | 'variable' | 'text' | 'binary' | 'pair'

/** Properties of 5.0 (§2.2.2.2, table 2-4). */
export const PROPERTIES: Readonly<Record<number, readonly [name: string, shape: PropertyShape]>> = {
  1: ['payload format', 'byte'],
  2: ['message expiry', 'four'],
  3: ['content type', 'text'],
  8: ['response topic', 'text'],
  9: ['correlation data', 'binary'],
  11: ['subscription identifier', 'variable'],
  17: ['session expiry', 'four'],
  18: ['assigned client identifier', 'text'],
  19: ['server keep alive', 'two'],
  21: ['authentication method', 'text'],
  22: ['authentication data', 'binary'],
  23: ['request problem information', 'byte'],
  24: ['will delay', 'four'],
  25: ['request response information', 'byte'],
  26: ['response information', 'text'],
  28: ['server reference', 'text'],
  31: ['reason', 'text'],
  33: ['receive maximum', 'two'],
  34: ['topic alias maximum', 'two'],
  35: ['topic alias', 'two'],
  36: ['maximum quality of service', 'byte'],
  37: ['retain available', 'byte'],
  38: ['user property', 'pair'],
  39: ['maximum packet size', 'four'],
  40: ['wildcard subscription available', 'byte'],
  41: ['subscription identifier available', 'byte'],
  42: ['shared subscription available', 'byte'],
}

/** Sparkplug B data types (Sparkplug 3.0 §6.4.16). */
export const DATA_TYPES: Readonly<Record<number, string>> = {
  1: 'Int8',
  2: 'Int16',
  3: 'Int32',
  4: 'Int64',
  5: 'UInt8',
  6: 'UInt16',
  7: 'UInt32',
  8: 'UInt64',
  9: 'Float',
  10: 'Double',
  11: 'Boolean',
  12: 'String',
  13: 'DateTime',
  14: 'Text',
  15: 'UUID',
  16: 'DataSet',
  17: 'Bytes',
  18: 'File',
  19: 'Template',
}

/** Names under which edge nodes state who they are (Sparkplug 3.0 §6.4.5 and common practice of its tool kits). */
export const IDENTITIES: readonly (readonly [
  RegExp,
  'vendor' | 'model' | 'serial' | 'firmware' | 'hardware' | 'os' | 'software' | 'type' | 'name',
])[] = [
  [/(?:^|\/)(?:hardware[ _]?make|manufacturer|vendor)$/i, 'vendor'],
  [/(?:^|\/)(?:hardware[ _]?model|model|device[ _]?model|hw[ _]?type)$/i, 'model'],
  [/(?:^|\/)(?:serial(?:[ _]?(?:number|no))?)$/i, 'serial'],
  [/(?:^|\/)(?:fw|firmware|fw[ _]?version|firmware[ _]?version)$/i, 'firmware'],
  [/(?:^|\/)(?:hw|hw[ _]?version|hardware[ _]?version)$/i, 'hardware'],
  [/(?:^|\/)(?:os|os[ _]?version|operating[ _]?system)$/i, 'os'],
  [/(?:^|\/)(?:sw|software|sw[ _]?version|software[ _]?version|app[ _]?version)$/i, 'software'],
  [/(?:^|\/)(?:host[ _]?name)$/i, 'name'],
]
