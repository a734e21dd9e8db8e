/** SERCOS III (IEC 61158-4-19, -6-19; IEC 61800-7-204): parameters by identification number, bits of words. */
import type { AssetAttribute } from '@isthmus/model'

export const PHASE = { setUp: 0, operation: 4 } as const
/** Elements of a parameter. */
export const ELEMENTS: readonly string[] = ['', 'parameter', 'name', 'attribute', 'unit', 'minimum', 'maximum', 'value']
export const ELEMENT = { open: 1, value: 7 } as const

/** Standard parameters (S-0-N) by number. */
export const PARAMETERS: Readonly<Record<number, string>> = {
  1: 'control unit cycle time',
  2: 'communication cycle time',
  11: 'class 1 diagnostic',
  12: 'class 2 diagnostic',
  14: 'interface status',
  15: 'telegram type',
  16: 'configuration list of AT',
  17: 'list of all parameters',
  24: 'configuration list of MDT',
  25: 'list of all procedure commands',
  30: 'manufacturer version',
  32: 'primary operation mode',
  36: 'velocity command value',
  40: 'velocity feedback value',
  47: 'position command value',
  51: 'position feedback value',
  80: 'torque command value',
  84: 'torque feedback value',
  91: 'bipolar velocity limit',
  92: 'bipolar torque limit',
  95: 'diagnostic message',
  99: 'reset class 1 diagnostic',
  127: 'CP3 transition check',
  128: 'CP4 transition check',
  134: 'drive control word',
  135: 'drive status word',
  140: 'controller type',
  141: 'motor type',
  142: 'application type',
  148: 'homing',
  192: 'list of backup parameters',
  262: 'load defaults',
  263: 'load working memory',
  264: 'back up working memory',
  267: 'password',
  279: 'IP address',
  390: 'diagnostic number',
  1000: 'sercos classes and version',
  1002: 'communication cycle time',
  1003: 'allowed telegram losses',
  1009: 'device control offset in MDT',
  1010: 'length of MDT',
  1011: 'device status offset in AT',
  1012: 'length of AT',
  1013: 'service channel offset in MDT',
  1014: 'service channel offset in AT',
  1015: 'ring delay',
  1017: 'IP channel transmission time',
  1019: 'MAC address',
  1020: 'IP address',
  1021: 'network mask',
  1022: 'gateway address',
  1024: 'node control',
  1026: 'hardware identification',
  1040: 'sercos address',
  1044: 'device control',
  1045: 'device status',
  1050: 'connection setup',
  1051: 'connection usage',
  1300: 'identification',
  1302: 'resource information',
}
/** Elements of the structure S-0-1300 and older parameters that are texts about a device. */
export const IDENTITY = 1300
export const IDENTITIES: Readonly<Record<number, AssetAttribute>> = {
  2: 'vendor',
  4: 'model',
  8: 'hardware',
  9: 'firmware',
  11: 'orderCode',
  12: 'serial',
}
export const TEXTS: Readonly<Record<number, AssetAttribute>> = { 30: 'firmware', 140: 'model' }
/** Parameters whose values are texts or lists: their lengths, as they are and may be, stand before them. */
export const LISTS: readonly number[] = [16, 17, 24, 25, 30, 95, 140, 141, 142, 192, IDENTITY]
export const DIAGNOSTIC = { class1: 11, message: 95, password: 267 } as const
/** Procedure commands: begun by writing 3. */
export const COMMANDS: readonly number[] = [99, 127, 128, 148, 262, 263, 264]
export const BEGIN = 3

/** Reasons why a slave refuses (the value of the service channel then). */
export const ERRORS: Readonly<Record<number, string>> = {
  0x0001: 'service channel not open',
  0x0009: 'invalid access to closing the channel',
  0x1001: 'no such parameter',
  0x1009: 'invalid access to element 1',
  0x2001: 'no name',
  0x3002: 'attribute too short',
  0x3003: 'attribute too long',
  0x3004: 'attribute cannot be changed',
  0x3005: 'attribute write protected',
  0x4001: 'no unit',
  0x5001: 'no minimum',
  0x6001: 'no maximum',
  0x7002: 'value too short',
  0x7003: 'value too long',
  0x7004: 'value cannot be changed',
  0x7005: 'value write protected now',
  0x7006: 'value below minimum',
  0x7007: 'value above maximum',
  0x7008: 'value not valid',
  0x7009: 'value protected by password',
  0x700a: 'value protected by configuration',
  0x700b: 'invalid indirect address',
  0x700c: 'value protected by another channel',
  0x700d: 'invalid pair of values',
}

/** Of a device's status word. */
export const STATUS = { warning: 0x8000, connectionError: 0x0200, valid: 0x0100, parameterLevel: 0x0010 } as const
export const IDENTIFY = 0x8000
/** Slots of one telegram while the network starts up. */
export const SLOTS = 128
