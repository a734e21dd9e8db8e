/** Operations, results, scopes (RFC 4511 §4 and §4.1.9; draft-zeilenga for 100 and above), extended operations, levels of Active Directory. */
import type { Access } from '@isthmus/model'

export const OP = {
  bindRequest: 0,
  bindResponse: 1,
  unbindRequest: 2,
  searchRequest: 3,
  searchEntry: 4,
  searchDone: 5,
  modifyRequest: 6,
  modifyResponse: 7,
  addRequest: 8,
  addResponse: 9,
  deleteRequest: 10,
  deleteResponse: 11,
  modifyDnRequest: 12,
  modifyDnResponse: 13,
  compareRequest: 14,
  compareResponse: 15,
  abandonRequest: 16,
  searchReference: 19,
  extendedRequest: 23,
  extendedResponse: 24,
  intermediateResponse: 25,
} as const

export type Op = { readonly name: string; readonly isRequest: boolean; readonly access: Access }

export const OPS: Readonly<Record<number, Op>> = {
  0: { name: 'bind', isRequest: true, access: 'session' },
  1: { name: 'bind', isRequest: false, access: 'session' },
  2: { name: 'unbind', isRequest: true, access: 'session' },
  3: { name: 'search', isRequest: true, access: 'read' },
  4: { name: 'search entry', isRequest: false, access: 'read' },
  5: { name: 'search', isRequest: false, access: 'read' },
  6: { name: 'modify', isRequest: true, access: 'configure' },
  7: { name: 'modify', isRequest: false, access: 'configure' },
  8: { name: 'add', isRequest: true, access: 'configure' },
  9: { name: 'add', isRequest: false, access: 'configure' },
  10: { name: 'delete', isRequest: true, access: 'configure' },
  11: { name: 'delete', isRequest: false, access: 'configure' },
  12: { name: 'modify DN', isRequest: true, access: 'configure' },
  13: { name: 'modify DN', isRequest: false, access: 'configure' },
  14: { name: 'compare', isRequest: true, access: 'read' },
  15: { name: 'compare', isRequest: false, access: 'read' },
  16: { name: 'abandon', isRequest: true, access: 'session' },
  19: { name: 'search reference', isRequest: false, access: 'read' },
  23: { name: 'extended', isRequest: true, access: 'session' },
  24: { name: 'extended', isRequest: false, access: 'session' },
  25: { name: 'intermediate', isRequest: false, access: 'session' },
}

/** What Zeek calls them. */
export const LOG_OPS: Readonly<Record<number, string>> = {
  0: 'bind',
  1: 'bind',
  2: 'unbind',
  6: 'modify',
  7: 'modify',
  8: 'add',
  9: 'add',
  10: 'delete',
  11: 'delete',
  12: 'modify',
  13: 'modify',
  14: 'compare',
  15: 'compare',
  16: 'abandon',
  23: 'extended',
  24: 'extended',
  25: 'intermediate',
}

export const AUTH = { simple: 0, sasl: 3, sicilyDiscovery: 9, sicilyNegotiate: 10, sicilyResponse: 11 } as const

export const LOG_BINDS: Readonly<Record<number, string>> = {
  0: 'bind simple',
  3: 'bind SASL',
  9: 'bind SICILY_PACKAGE_DISCOVERY',
  10: 'bind SICILY_NEGOTIATE',
  11: 'bind SICILY_RESPONSE',
}

export const RESULT = { success: 0, compareFalse: 5, compareTrue: 6, referral: 10, saslInProgress: 14, invalidCredentials: 49 } as const

export const RESULTS: Readonly<Record<number, string>> = {
  0: 'success',
  1: 'operations error',
  2: 'protocol error',
  3: 'time limit exceeded',
  4: 'size limit exceeded',
  5: 'compare false',
  6: 'compare true',
  7: 'auth method not supported',
  8: 'stronger auth required',
  9: 'partial results',
  10: 'referral',
  11: 'admin limit exceeded',
  12: 'unavailable critical extension',
  13: 'confidentiality required',
  14: 'SASL bind in progress',
  16: 'no such attribute',
  17: 'undefined attribute type',
  18: 'inappropriate matching',
  19: 'constraint violation',
  20: 'attribute or value exists',
  21: 'invalid attribute syntax',
  32: 'no such object',
  33: 'alias problem',
  34: 'invalid DN syntax',
  36: 'alias dereferencing problem',
  48: 'inappropriate authentication',
  49: 'invalid credentials',
  50: 'insufficient access rights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwilling to perform',
  54: 'loop detect',
  60: 'sort control missing',
  61: 'offset range error',
  64: 'naming violation',
  65: 'object class violation',
  66: 'not allowed on non-leaf',
  67: 'not allowed on RDN',
  68: 'entry already exists',
  69: 'object class mods prohibited',
  70: 'results too large',
  71: 'affects multiple DSAs',
  76: 'control error',
  80: 'other',
  81: 'server down',
  82: 'local error',
  83: 'encoding error',
  84: 'decoding error',
  85: 'timeout',
  86: 'auth unknown',
  87: 'filter error',
  88: 'user canceled',
  89: 'param error',
  90: 'no memory',
  91: 'connect error',
  92: 'not supported',
  93: 'control not found',
  94: 'no results returned',
  95: 'more results to return',
  96: 'client loop',
  97: 'referral limit exceeded',
  100: 'invalid response',
  101: 'ambiguous response',
  112: 'TLS not supported',
  113: 'intermediate response',
  114: 'unknown type',
  115: 'LCUP invalid data',
  116: 'LCUP unsupported scheme',
  117: 'LCUP reload required',
  118: 'canceled',
  119: 'no such operation',
  120: 'too late',
  121: 'cannot cancel',
  122: 'assertion failed',
  123: 'authorization denied',
}

export const SCOPES: readonly string[] = ['base', 'single', 'tree']
export const ALIASES: readonly string[] = ['never', 'searching', 'finding', 'always']
export const CHANGES: readonly string[] = ['add', 'delete', 'replace', 'increment']

export const EXTENDED: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.1466.20037': 'StartTLS',
  '1.3.6.1.4.1.4203.1.11.3': 'whoami',
}
export const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1'
export const START_TLS = '1.3.6.1.4.1.1466.20037'

/** Attributes whose values nobody may keep. */
export const SECRETS: readonly string[] = [
  'userpassword',
  'unicodepwd',
  'dbcspwd',
  'ntpwdhistory',
  'lmpwdhistory',
  'supplementalcredentials',
  'ms-mcs-admpwd',
  'mslaps-password',
  'msds-managedpassword',
  'sambantpassword',
  'sambalmpassword',
]

/** domainControllerFunctionality ([MS-ADTS] §3.1.1.3.2.25). */
export const LEVELS: Readonly<Record<string, string>> = {
  '0': 'Windows 2000 Server',
  '2': 'Windows Server 2003',
  '3': 'Windows Server 2008',
  '4': 'Windows Server 2008 R2',
  '5': 'Windows Server 2012',
  '6': 'Windows Server 2012 R2',
  '7': 'Windows Server 2016 or later',
  '10': 'Windows Server 2025',
}
