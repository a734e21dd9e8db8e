/** Words of IEEE C37.118.2-2011: frame types (table 2), commands (table 15), trigger reasons (table 6, bits 3 to 0); named as ICSNPP names them. */

export const FRAME = { data: 0, header: 1, config1: 2, config2: 3, command: 4, config3: 5 } as const

export const FRAME_NAMES: readonly string[] = ['Data', 'Header', 'CFG1', 'CFG2', 'Command', 'CFG3']

type Command = {
  readonly name: string
  /** ICSNPP's words, and its letter in the history of a connection. */
  readonly logged: string
  readonly initial: string
  readonly access: 'control' | 'identify' | 'unknown'
}

export const COMMANDS: Readonly<Record<number, Command>> = {
  1: { name: 'turn off data', logged: 'Data off', initial: 'd', access: 'control' },
  2: { name: 'turn on data', logged: 'Data on', initial: 'D', access: 'control' },
  3: { name: 'send header', logged: 'Send HDR', initial: 'h', access: 'identify' },
  4: { name: 'send configuration 1', logged: 'Send CFG-1', initial: '1', access: 'identify' },
  5: { name: 'send configuration 2', logged: 'Send CFG-2', initial: '2', access: 'identify' },
  6: { name: 'send configuration 3', logged: 'Send CFG-3', initial: '3', access: 'identify' },
  8: { name: 'extended frame', logged: 'Extended frame', initial: 'e', access: 'unknown' },
}

/** The command that a frame of this type answers. */
export const ANSWERS: Readonly<Record<number, number>> = { 1: 3, 2: 4, 3: 5, 5: 6 }

export const TRIGGERS: readonly string[] = [
  'manual',
  'magnitude low',
  'magnitude high',
  'phase angle difference',
  'frequency high or low',
  'rate of change of frequency high',
  'reserved',
  'digital',
]

/** STAT bits 15 and 14. */
export const DATA_ERRORS: readonly string[] = ['', 'no information about data', 'in test mode', 'data error']
