/** Words of IEEE 1588-2019: message types (table 36), clock accuracy (table 5), time sources (table 6), management (tables 57 and 59). */

export const TYPE = {
  sync: 0,
  delayRequest: 1,
  peerDelayRequest: 2,
  peerDelayResponse: 3,
  followUp: 8,
  delayResponse: 9,
  peerDelayFollowUp: 10,
  announce: 11,
  signaling: 12,
  management: 13,
} as const

export const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: 'sync',
  1: 'delay request',
  2: 'peer delay request',
  3: 'peer delay response',
  8: 'follow up',
  9: 'delay response',
  10: 'peer delay follow up',
  11: 'announce',
  12: 'signaling',
  13: 'management',
}

/** Least bytes of each message with its header. */
export const LEAST: Readonly<Record<number, number>> = { 0: 44, 1: 44, 2: 54, 3: 54, 8: 44, 9: 54, 10: 54, 11: 64, 12: 44, 13: 48 }

/** What the control field says of each type (table 42); 5 for all others. */
export const CONTROL: Readonly<Record<number, number>> = { 0: 0, 1: 1, 8: 2, 9: 3, 13: 4 }

export const TIME_SOURCES: Readonly<Record<number, string>> = {
  0x10: 'atomic clock',
  0x20: 'GNSS',
  0x30: 'terrestrial radio',
  0x39: 'serial time code',
  0x40: 'PTP',
  0x50: 'NTP',
  0x60: 'hand set',
  0x90: 'other',
  0xa0: 'internal oscillator',
}

export const ACTIONS: readonly string[] = ['get', 'set', 'response', 'command', 'acknowledge']

/** Management objects by id; those that command are marked by what they do. */
export const MANAGED: Readonly<Record<number, string>> = {
  0x0000: 'null',
  0x0001: 'clock description',
  0x0002: 'user description',
  0x0003: 'save in non-volatile storage',
  0x0004: 'reset non-volatile storage',
  0x0005: 'initialize',
  0x0006: 'fault log',
  0x0007: 'reset fault log',
  0x2000: 'default data set',
  0x2001: 'current data set',
  0x2002: 'parent data set',
  0x2003: 'time properties',
  0x2004: 'port data set',
  0x2005: 'priority 1',
  0x2006: 'priority 2',
  0x2007: 'domain',
  0x2008: 'slave only',
  0x2009: 'announce interval',
  0x200a: 'announce receipt timeout',
  0x200b: 'sync interval',
  0x200c: 'version',
  0x200d: 'enable port',
  0x200e: 'disable port',
  0x200f: 'time',
  0x2010: 'clock accuracy',
  0x2011: 'UTC properties',
  0x2012: 'traceability',
  0x2013: 'time scale',
  0x2014: 'unicast negotiation',
  0x2015: 'path trace list',
  0x2016: 'path trace',
  0x2017: 'grandmaster cluster table',
  0x2018: 'unicast master table',
  0x201a: 'acceptable master table',
  0x201e: 'alternate time offset',
  0x4000: 'transparent clock default data set',
  0x4001: 'transparent clock port data set',
  0x4002: 'primary domain',
  0x6000: 'delay mechanism',
  0x6001: 'peer delay interval',
}

export const MANAGEMENT_ERRORS: Readonly<Record<number, string>> = {
  1: 'response too big',
  2: 'no such id',
  3: 'wrong length',
  4: 'wrong value',
  5: 'not setable',
  6: 'not supported',
  0xfffe: 'general error',
}
