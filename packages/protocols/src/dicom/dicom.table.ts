/** Commands, statuses, reasons and syntaxes (DICOM PS3.5 §10, PS3.7 annexes C and E, PS3.8 §9.3). */
import type { Access } from '@isthmus/model'

/** PS3.7 table E.1-1: requests; an answer has the bit 0x8000. */
export const COMMANDS: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  1: ['C-STORE', 'write'],
  16: ['C-GET', 'read'],
  32: ['C-FIND', 'read'],
  33: ['C-MOVE', 'read'],
  48: ['C-ECHO', 'session'],
  256: ['N-EVENT-REPORT', 'read'],
  272: ['N-GET', 'read'],
  288: ['N-SET', 'write'],
  304: ['N-ACTION', 'control'],
  320: ['N-CREATE', 'write'],
  336: ['N-DELETE', 'write'],
  4095: ['C-CANCEL', 'session'],
}
export const CANCEL = 0x0fff
export const ANSWER = 0x8000

/** PS3.7 annex C. */
export const STATUS: Readonly<Record<number, string>> = {
  261: 'no such attribute',
  262: 'invalid attribute value',
  263: 'attribute list error',
  272: 'processing failure',
  273: 'duplicate SOP instance',
  274: 'no such SOP instance',
  275: 'no such event type',
  276: 'no such argument',
  277: 'invalid argument value',
  278: 'attribute value out of range',
  279: 'invalid SOP instance',
  280: 'no such SOP class',
  281: 'class-instance conflict',
  288: 'missing attribute',
  289: 'missing attribute value',
  290: 'SOP class not supported',
  291: 'no such action type',
  292: 'not authorized',
  528: 'duplicate invocation',
  529: 'unrecognized operation',
  530: 'mistyped argument',
  531: 'resource limitation',
}

/** PS3.4: what the services' own ranges of statuses mean. */
export function statusText(status: number): string {
  const known = STATUS[status]
  if (known !== undefined) return known
  if (status === 0xfe00) return 'cancelled'
  if (status >>> 8 === 0xa7) return 'out of resources'
  if (status >>> 8 === 0xa8) return 'move destination unknown'
  if (status >>> 8 === 0xa9) return 'data set does not match SOP class'
  if (status >>> 12 === 0x0c) return 'cannot understand'
  return `status 0x${status.toString(16).padStart(4, '0')}`
}

/** Success, pending and warnings. */
export function isAccepted(status: number): boolean {
  return status === 0 || isPending(status) || status === 1 || status >>> 12 === 0x0b || status === 0x0107 || status === 0x0116
}
export const isPending = (status: number): boolean => status === 0xff00 || status === 0xff01

/** PS3.8 table 9-21: by source, then reason. */
export const REJECTIONS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: {
    1: 'no reason given',
    2: 'application context not supported',
    3: 'calling AE title not recognized',
    7: 'called AE title not recognized',
  },
  2: { 1: 'no reason given', 2: 'protocol version not supported' },
  3: { 1: 'temporary congestion', 2: 'local limit exceeded' },
}
/** PS3.8 table 9-26. */
export const ABORTS: Readonly<Record<number, string>> = {
  0: 'reason not specified',
  1: 'unrecognized PDU',
  2: 'unexpected PDU',
  4: 'unrecognized PDU parameter',
  5: 'unexpected PDU parameter',
  6: 'invalid PDU parameter value',
}

/** PS3.7 table D.3-14. */
export const USER_TYPES: readonly string[] = ['', 'user name', 'user name and passcode', 'Kerberos', 'SAML', 'JSON web token']

export const IMPLICIT_LE = '1.2.840.10008.1.2'
export const EXPLICIT_BE = '1.2.840.10008.1.2.2'
export const DEFLATED: ReadonlySet<string> = new Set(['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.4.95', '1.2.840.10008.1.2.4.205'])

/** PS3.3 §C.7.3.1.1.1: modalities that are devices. */
export const MODALITIES: Readonly<Record<string, string>> = {
  CR: 'computed radiography',
  CT: 'computed tomography',
  DX: 'digital radiography',
  ECG: 'electrocardiography',
  ES: 'endoscopy',
  IO: 'intra-oral radiography',
  IVUS: 'intravascular ultrasound',
  MG: 'mammography',
  MR: 'magnetic resonance',
  NM: 'nuclear medicine',
  OCT: 'optical coherence tomography',
  OP: 'ophthalmic photography',
  OT: 'other',
  PT: 'positron emission tomography',
  PX: 'panoramic X-ray',
  RF: 'fluoroscopy',
  RTIMAGE: 'radiotherapy image',
  US: 'ultrasound',
  XA: 'angiography',
  XC: 'photography',
}
