/** Functions, objects, indications and states of IEEE 1815-2012. Names in `names` are ICSNPP's; '' where it has none. */
import type { Access } from '@isthmus/model'

/** §4.2.2.5: Zeek's name, ours, how it touches the outstation. */
export const FUNCTIONS: Readonly<Record<number, readonly [zeek: string, name: string, access: Access]>> = {
  0: ['CONFIRM', 'confirm', 'session'],
  1: ['READ', 'read', 'read'],
  2: ['WRITE', 'write', 'write'],
  3: ['SELECT', 'select', 'control'],
  4: ['OPERATE', 'operate', 'control'],
  5: ['DIRECT_OPERATE', 'direct operate', 'control'],
  6: ['DIRECT_OPERATE_NR', 'direct operate without answer', 'control'],
  7: ['IMMED_FREEZE', 'freeze', 'control'],
  8: ['IMMED_FREEZE_NR', 'freeze without answer', 'control'],
  9: ['FREEZE_CLEAR', 'freeze and clear', 'control'],
  10: ['FREEZE_CLEAR_NR', 'freeze and clear without answer', 'control'],
  11: ['FREEZE_AT_TIME', 'freeze at time', 'control'],
  12: ['FREEZE_AT_TIME_NR', 'freeze at time without answer', 'control'],
  13: ['COLD_RESTART', 'cold restart', 'control'],
  14: ['WARM_RESTART', 'warm restart', 'control'],
  15: ['INITIALIZE_DATA', 'initialize data', 'configure'],
  16: ['INITIALIZE_APPL', 'initialize application', 'control'],
  17: ['START_APPL', 'start application', 'control'],
  18: ['STOP_APPL', 'stop application', 'control'],
  19: ['SAVE_CONFIG', 'save configuration', 'configure'],
  20: ['ENABLE_UNSOLICITED', 'enable unsolicited responses', 'configure'],
  21: ['DISABLE_UNSOLICITED', 'disable unsolicited responses', 'configure'],
  22: ['ASSIGN_CLASS', 'assign class', 'configure'],
  23: ['DELAY_MEASURE', 'measure delay', 'session'],
  24: ['RECORD_CURRENT_TIME', 'record current time', 'session'],
  25: ['OPEN_FILE', 'open file', 'read'],
  26: ['CLOSE_FILE', 'close file', 'read'],
  27: ['DELETE_FILE', 'delete file', 'configure'],
  28: ['GET_FILE_INFO', 'get file information', 'read'],
  29: ['AUTHENTICATE_FILE', 'authenticate for files', 'session'],
  30: ['ABORT_FILE', 'abort file', 'read'],
  31: ['ACTIVATE_CONFIG', 'activate configuration', 'configure'],
  32: ['AUTHENTICATE_REQ', 'authentication request', 'session'],
  33: ['AUTHENTICATE_ERR', 'authentication request without answer', 'session'],
  129: ['RESPONSE', 'response', 'read'],
  130: ['UNSOLICITED_RESPONSE', 'unsolicited response', 'read'],
  131: ['AUTHENTICATE_RESP', 'authentication response', 'session'],
}

/** Nobody answers these. */
export const SILENT: ReadonlySet<number> = new Set([0, 6, 8, 10, 12, 33])

/** Their object headers name points and carry no values. */
export const WITHOUT_DATA: ReadonlySet<number> = new Set([0, 1, 7, 8, 9, 10, 11, 12, 20, 21, 22])

/** §9.2.4.1.3.1, primary to secondary: name of what a master or outstation asks of the other's link layer. */
export const LINK_FUNCTIONS: Readonly<Record<number, string>> = {
  0: 'reset link',
  1: 'reset user process',
  2: 'test link',
  9: 'request link status',
}

/** §4.2.2.6, second octet: why a request failed, in the order they are said. */
export const REFUSALS: readonly (readonly [bit: number, name: string])[] = [
  [0x01, 'function not supported'],
  [0x02, 'object unknown'],
  [0x04, 'parameter error'],
  [0x10, 'already executing'],
]

/** §4.2.2.6: both octets as one number, the first one high. */
export const INDICATIONS: readonly (readonly [bit: number, what: string, fault: boolean])[] = [
  [0x8000, 'device has restarted', false],
  [0x4000, 'device trouble', true],
  [0x2000, 'some outputs in local mode', false],
  [0x1000, 'time synchronization needed', false],
  [0x0020, 'configuration corrupt', true],
  [0x0008, 'event buffer overflow', false],
]

/** §11.3.2: outcome of a control: ICSNPP's name. */
export const STATES: Readonly<Record<number, string>> = {
  0: 'Success',
  1: 'Timeout',
  2: 'No Select',
  3: 'Format Error',
  4: 'Not Supported',
  5: 'Latch Off',
  6: 'Already Active',
  7: 'Hardware Error',
  8: 'Too Many Objs',
  9: 'Not Authorized',
  10: 'Automation Inhibit',
  11: 'Processing Limited',
  12: 'Out of Range',
  126: 'Non Participating',
  127: 'Undefined',
}

/** A.8.1: upper two bits and lower four of a control code. */
export const TRIPS: readonly string[] = ['Nul', 'Close', 'Trip']
export const OPERATIONS: readonly string[] = ['Nul', 'Pulse On', 'Pulse Off', 'Latch On', 'Latch Off']

/** Device attributes (group 0) by variation, A.1. */
export const ATTRIBUTES = {
  242: 'firmware',
  243: 'hardware',
  245: 'location',
  247: 'name',
  248: 'serial',
  250: 'model',
  252: 'vendor',
} as const satisfies Readonly<Record<number, import('@isthmus/model').AssetAttribute>>

/**
 * A group of objects: the points it tells of, ICSNPP's names by variation from 0, and bytes by variation from 1.
 *
 * One letter a field: `b` packed bits, `B` packed bit pairs, `X` flags with the state in bit 7, `D` with it in bits 6 and 7,
 * `F` flags, `S` state of a control, `I i` signed 32 and 16 bits, `U u h` unsigned 32, 16 and 8, `f d` floats, `T` time of 48
 * bits, `t` of 16, `c` control block of 11 bytes.
 */
export type Group = { readonly kind: string; readonly names: readonly string[]; readonly layouts: readonly string[] }

const COUNTER = ['FU', 'Fu', 'FU', 'Fu', 'FUT', 'FuT', 'FUT', 'FuT']
const ANALOG_EVENT = ['FI', 'Fi', 'FIT', 'FiT', 'Ff', 'Fd', 'FfT', 'FdT']

const analogEvents = (what: string, float: string, first = '') => [
  first,
  `32-Bit ${what} w/o Time`,
  `16-Bit ${what} w/o Time`,
  `32-Bit ${what} w/ Time`,
  `16-Bit ${what} w/ Time`,
  `32-Bit Floating Point ${float} w/o Time`,
  `64-Bit Floating Point ${float} w/o Time`,
  `32-Bit Floating Point ${float} w/ Time`,
  `64-Bit Floating Point ${float} w/ Time`,
]
const eachSize = (...whats: readonly string[]) => whats.flatMap((what) => [`32-Bit ${what}`, `16-Bit ${what}`])

export const GROUPS: Readonly<Record<number, Group>> = {
  1: {
    kind: 'binary input',
    names: ['Binary Input Default Variation', 'Single-bit Binary Input', 'Binary Input With Status'],
    layouts: ['b', 'X'],
  },
  2: {
    kind: 'binary input',
    names: [
      'Binary Input Change Default Variation',
      'Binary Input Change Without Time',
      'Binary Input Change With Time',
      'Binary Input Change With Relative Time',
    ],
    layouts: ['X', 'XT', 'Xt'],
  },
  3: {
    kind: 'double-bit input',
    names: ['Double-bit Input Default Variation', 'Double-bit Input No Flags', 'Double-bit Input With Status'],
    layouts: ['B', 'D'],
  },
  4: {
    kind: 'double-bit input',
    names: [
      'Double-bit Input Change Default Variation',
      'Double-bit Input Change Without Time',
      'Double-bit Input Change With Time',
      'Double-bit Input Change With Relative Time',
    ],
    layouts: ['D', 'DT', 'Dt'],
  },
  10: {
    kind: 'binary output',
    names: ['Binary Output Default Variation', 'Binary Output', 'Binary Output Status'],
    layouts: ['b', 'X'],
  },
  11: {
    kind: 'binary output',
    names: ['Binary Output Change Default Variation', 'Binary Output Change Without Time', 'Binary Output Change With Time'],
    layouts: ['X', 'XT'],
  },
  12: { kind: 'binary output command', names: [], layouts: ['c', 'c', 'b'] },
  13: { kind: 'binary output command event', names: [], layouts: ['X', 'XT'] },
  20: {
    kind: 'counter',
    names: [
      'Binary Counter Default Variation',
      ...eachSize('Binary Counter', 'Delta Counter', 'Binary Counter Without Flag', 'Delta Counter Without Flag'),
    ],
    layouts: ['FU', 'Fu', 'FU', 'Fu', 'U', 'u', 'U', 'u'],
  },
  21: {
    kind: 'frozen counter',
    names: [
      'Frozen Binary Counter Default Variation',
      ...eachSize(
        'Frozen Counter',
        'Frozen Delta Counter',
        'Frozen Counter w/ Time of Freeze',
        'Frozen Delta Counter w/ Time of Freeze',
        'Frozen Counter Without Flag',
        'Frozen Delta Counter Without Flag',
      ),
    ],
    layouts: [...COUNTER, 'U', 'u', 'U', 'u'],
  },
  22: {
    kind: 'counter',
    names: [
      'Counter Change Event Default Variation',
      ...eachSize(
        'Counter Change Event w/o Time',
        'Delta Counter Change Event w/o Time',
        'Counter Change Event with Time',
        'Delta Counter Change Event with Time',
      ),
    ],
    layouts: COUNTER,
  },
  23: {
    kind: 'frozen counter',
    names: [
      'Frozen Binary Counter Change Event Default Variation',
      ...eachSize(
        'Frozen Counter Change Event',
        'Frozen Delta Counter Change Event',
        'Frozen Counter Change Event w/ Time of Freeze',
        'Frozen Delta Counter Change Event w/ Time of Freeze',
      ),
    ],
    layouts: COUNTER,
  },
  30: {
    kind: 'analog input',
    names: [
      'Analog Input Default Variation',
      ...eachSize('Analog Input', 'Analog Input Without Flag'),
      '32-Bit Floating Point Input',
      '64-Bit Floating Point Input',
    ],
    layouts: ['FI', 'Fi', 'I', 'i', 'Ff', 'Fd'],
  },
  31: {
    kind: 'frozen analog input',
    names: [
      '',
      ...eachSize('Frozen Analog Input', 'Frozen Analog Input w/ Time of Freeze', 'Frozen Analog Input Without Flag'),
      '32-Bit Frozen Floating Point Input',
      '64-Bit Frozen Floating Point Input',
    ],
    layouts: ['FI', 'Fi', 'FIT', 'FiT', 'I', 'i', 'Ff', 'Fd'],
  },
  32: {
    kind: 'analog input',
    names: analogEvents('Analog Change Event', 'Change Event', 'Analog Input Change Default Variation'),
    layouts: ANALOG_EVENT,
  },
  33: { kind: 'frozen analog input', names: analogEvents('Frozen Analog Event', 'Frozen Change Event'), layouts: ANALOG_EVENT },
  34: { kind: 'analog input deadband', names: [], layouts: ['u', 'U', 'f'] },
  40: {
    kind: 'analog output',
    names: [
      'Analog Output Default Variation',
      ...eachSize('Analog Output Status'),
      '32-Bit Floating Point Output Status',
      '64-Bit Floating Point Output Status',
    ],
    layouts: ['FI', 'Fi', 'Ff', 'Fd'],
  },
  41: {
    kind: 'analog output',
    names: ['', ...eachSize('Analog Output Block'), '32-Bit Floating Point Output Block', '64-Bit Floating Point Output Block'],
    layouts: ['IS', 'iS', 'fS', 'dS'],
  },
  42: {
    kind: 'analog output',
    names: analogEvents('Analog Output Event', 'Output Event', 'Analog Output Event Default Variation'),
    layouts: ANALOG_EVENT,
  },
  43: { kind: 'analog output command event', names: [], layouts: ANALOG_EVENT.map((layout) => layout.replace('F', 'S')) },
  50: { kind: 'time', names: [], layouts: ['T', 'TU', 'T', 'TUh'] },
  51: { kind: 'common time', names: [], layouts: ['T', 'T'] },
  52: { kind: 'delay', names: [], layouts: ['u', 'u'] },
  60: { kind: 'class', names: ['', 'Class 0 Data', 'Class 1 Data', 'Class 2 Data', 'Class 3 Data'], layouts: ['', '', '', ''] },
  80: { kind: 'internal indication', names: [], layouts: ['b'] },
  101: { kind: 'BCD', names: [], layouts: ['u', 'U', 'UU'] },
  102: { kind: 'octet', names: [], layouts: ['h'] },
  121: { kind: 'security statistic', names: [], layouts: ['FuU'] },
  122: { kind: 'security statistic', names: [], layouts: ['FuU', 'FuUT'] },
}

/** Kinds of groups whose variations are lengths or whose objects carry their own. */
export const OTHER_KINDS: Readonly<Record<number, string>> = {
  0: 'device attribute',
  70: 'file',
  81: 'device storage',
  82: 'device profile',
  83: 'private registration',
  85: 'data set prototype',
  86: 'data set descriptor',
  87: 'data set',
  88: 'data set',
  90: 'application',
  91: 'status of operation',
  110: 'octet string',
  111: 'octet string',
  112: 'virtual terminal',
  113: 'virtual terminal',
  120: 'authentication',
}
