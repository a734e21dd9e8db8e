/** Packet types and call functions of Oracle Net, as publicly analysed (Oracle publishes no specification). */

export const TYPES: Readonly<Record<number, string>> = {
  1: 'connect',
  2: 'accept',
  3: 'acknowledge',
  4: 'refuse',
  5: 'redirect',
  6: 'data',
  7: 'null',
  9: 'abort',
  11: 'resend',
  12: 'marker',
  13: 'attention',
  14: 'control',
  15: 'descriptor',
}

/** What a listener refuses with (Oracle Database error messages, TNS-12500 and on). */
export const REFUSALS: Readonly<Record<number, string>> = {
  12504: 'no service named',
  12505: 'unknown SID',
  12514: 'unknown service',
  12516: 'no handler',
  12518: 'could not hand off',
  12519: 'no handler',
  12520: 'no handler of this kind',
  12526: 'instance restricted',
  12528: 'instance blocked',
  1189: 'listener restricted',
  1169: 'listener refuses the password',
}

/** Calls: session key, login, statement. */
export const SESSION_KEY = 0x76
export const LOGIN = 0x73
export const STATEMENT = 0x5e
