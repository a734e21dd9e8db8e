/** Types and causes of IEC 60870-5-101 §7.2 and §7.3 as -104 uses them. */
import type { Access } from '@isthmus/model'

/**
 * What a type is about, the bytes of one object without its address, and what a client may do with it.
 *
 * One letter a field: `s` single point with quality, `d` double point with quality, `v` step position, `b` 32 bits, `n`
 * normalized, `c` scaled, `f` float, `q` quality, `r` counter of 5 bytes, `p` protection event, `o` protection octet, `z` 16
 * states with change flags, `S` single command, `D` double command, `R` step command, `Q` qualifier of a set-point, `P` of a
 * parameter, `y` octet qualifier, `w` word, `e` 2-byte time, `t` 3-byte time, `T` 7-byte time. Undefined: a file part.
 */
export type Type = {
  readonly name: string
  /** Names its tags: `measured value 600`. */
  readonly kind: string
  readonly layout: string | undefined
  readonly access: Access
}

const point = (name: string, kind: string, layout: string): Type => ({ name, kind, layout, access: 'read' })
const command = (name: string, kind: string, layout: string): Type => ({ name, kind, layout, access: 'control' })
const other = (name: string, kind: string, layout: string | undefined, access: Access): Type => ({ name, kind, layout, access })

export const TYPES: Readonly<Record<number, Type>> = {
  1: point('M_SP_NA_1', 'single point', 's'),
  2: point('M_SP_TA_1', 'single point', 'st'),
  3: point('M_DP_NA_1', 'double point', 'd'),
  4: point('M_DP_TA_1', 'double point', 'dt'),
  5: point('M_ST_NA_1', 'step position', 'vq'),
  6: point('M_ST_TA_1', 'step position', 'vqt'),
  7: point('M_BO_NA_1', 'bitstring', 'bq'),
  8: point('M_BO_TA_1', 'bitstring', 'bqt'),
  9: point('M_ME_NA_1', 'measured value', 'nq'),
  10: point('M_ME_TA_1', 'measured value', 'nqt'),
  11: point('M_ME_NB_1', 'measured value', 'cq'),
  12: point('M_ME_TB_1', 'measured value', 'cqt'),
  13: point('M_ME_NC_1', 'measured value', 'fq'),
  14: point('M_ME_TC_1', 'measured value', 'fqt'),
  15: point('M_IT_NA_1', 'counter', 'r'),
  16: point('M_IT_TA_1', 'counter', 'rt'),
  17: point('M_EP_TA_1', 'protection event', 'pet'),
  18: point('M_EP_TB_1', 'protection start', 'oyet'),
  19: point('M_EP_TC_1', 'protection output', 'oyet'),
  20: point('M_PS_NA_1', 'packed points', 'zq'),
  21: point('M_ME_ND_1', 'measured value', 'n'),
  30: point('M_SP_TB_1', 'single point', 'sT'),
  31: point('M_DP_TB_1', 'double point', 'dT'),
  32: point('M_ST_TB_1', 'step position', 'vqT'),
  33: point('M_BO_TB_1', 'bitstring', 'bqT'),
  34: point('M_ME_TD_1', 'measured value', 'nqT'),
  35: point('M_ME_TE_1', 'measured value', 'cqT'),
  36: point('M_ME_TF_1', 'measured value', 'fqT'),
  37: point('M_IT_TB_1', 'counter', 'rT'),
  38: point('M_EP_TD_1', 'protection event', 'peT'),
  39: point('M_EP_TE_1', 'protection start', 'oyeT'),
  40: point('M_EP_TF_1', 'protection output', 'oyeT'),
  45: command('C_SC_NA_1', 'single command', 'S'),
  46: command('C_DC_NA_1', 'double command', 'D'),
  47: command('C_RC_NA_1', 'step command', 'R'),
  48: command('C_SE_NA_1', 'set-point', 'nQ'),
  49: command('C_SE_NB_1', 'set-point', 'cQ'),
  50: command('C_SE_NC_1', 'set-point', 'fQ'),
  51: command('C_BO_NA_1', 'bitstring command', 'b'),
  58: command('C_SC_TA_1', 'single command', 'ST'),
  59: command('C_DC_TA_1', 'double command', 'DT'),
  60: command('C_RC_TA_1', 'step command', 'RT'),
  61: command('C_SE_TA_1', 'set-point', 'nQT'),
  62: command('C_SE_TB_1', 'set-point', 'cQT'),
  63: command('C_SE_TC_1', 'set-point', 'fQT'),
  64: command('C_BO_TA_1', 'bitstring command', 'bT'),
  70: other('M_EI_NA_1', 'end of initialization', 'y', 'session'),
  100: other('C_IC_NA_1', 'interrogation', 'y', 'read'),
  101: other('C_CI_NA_1', 'counter interrogation', 'y', 'read'),
  102: other('C_RD_NA_1', 'read', '', 'read'),
  103: other('C_CS_NA_1', 'clock synchronization', 'T', 'configure'),
  104: other('C_TS_NA_1', 'test', 'w', 'session'),
  105: other('C_RP_NA_1', 'reset process', 'y', 'control'),
  106: other('C_CD_NA_1', 'delay acquisition', 'e', 'session'),
  107: other('C_TS_TA_1', 'test', 'wT', 'session'),
  110: other('P_ME_NA_1', 'parameter', 'nP', 'configure'),
  111: other('P_ME_NB_1', 'parameter', 'cP', 'configure'),
  112: other('P_ME_NC_1', 'parameter', 'fP', 'configure'),
  113: other('P_AC_NA_1', 'parameter activation', 'y', 'configure'),
  120: other('F_FR_NA_1', 'file ready', undefined, 'read'),
  121: other('F_SR_NA_1', 'section ready', undefined, 'read'),
  122: other('F_SC_NA_1', 'call or select file', undefined, 'read'),
  123: other('F_LS_NA_1', 'last segment', undefined, 'read'),
  124: other('F_AF_NA_1', 'acknowledge file', undefined, 'read'),
  125: other('F_SG_NA_1', 'file segment', undefined, 'read'),
  126: other('F_DR_TA_1', 'directory', undefined, 'read'),
  127: other('F_SC_NB_1', 'query log', undefined, 'read'),
}

/** §7.2.3. */
export const CAUSES: Readonly<Record<number, string>> = {
  1: 'periodic',
  2: 'background scan',
  3: 'spontaneous',
  4: 'initialized',
  5: 'requested',
  6: 'activation',
  7: 'activation confirmed',
  8: 'deactivation',
  9: 'deactivation confirmed',
  10: 'activation terminated',
  11: 'returned by a remote command',
  12: 'returned by a local command',
  13: 'file transfer',
  20: 'interrogated by station',
  37: 'counters interrogated',
  44: 'unknown type',
  45: 'unknown cause',
  46: 'unknown station',
  47: 'unknown object',
}

export const CAUSE = { requested: 5, activation: 6, confirmed: 7, deactivation: 8, deactivated: 9, terminated: 10 } as const

/** Unnumbered functions: what is asked, and its confirmation (-104 §5.1). */
export const UNNUMBERED: Readonly<Record<number, readonly [name: string, isAsked: boolean]>> = {
  0x07: ['start data transfer', true],
  0x0b: ['start data transfer', false],
  0x13: ['stop data transfer', true],
  0x23: ['stop data transfer', false],
  0x43: ['test link', true],
  0x83: ['test link', false],
}

/** Qualifier of a counter interrogation, upper two bits (§7.2.6.23). */
export const FREEZES = ['', 'freeze', 'freeze and reset', 'reset']

/** Cause of initialization (§7.2.6.21). */
export const INITIALIZED = ['local power on', 'local manual reset', 'remote reset']
