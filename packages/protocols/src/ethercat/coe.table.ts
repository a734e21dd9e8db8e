/** CANopen over EtherCAT (ETG.1000-6 §5.6.2; CiA 301): services, objects that identify a device, abort codes. */
import type { AssetAttribute } from '@isthmus/model'

export const COE = { emergency: 1, request: 2, answer: 3, information: 8 } as const

/** Upper three bits of the command: in requests, and (upload, download swapped by meaning) in answers. */
export const SDO = { segment: 0, download: 1, upload: 2, uploadSegment: 3, abort: 4 } as const

/** Objects of text that name a device. */
export const TEXTS: Readonly<Record<number, AssetAttribute>> = { 0x1008: 'model', 0x1009: 'hardware', 0x100a: 'firmware' }
/** 0x1018: vendor, product, revision, serial. */
export const IDENTITY = 0x1018

export const OBJECTS: Readonly<Record<number, string>> = {
  0x1000: 'device type',
  0x1001: 'error register',
  0x1008: 'device name',
  0x1009: 'hardware version',
  0x100a: 'software version',
  0x1010: 'store parameters',
  0x1011: 'restore default parameters',
  0x1018: 'identity',
  0x10f1: 'error settings',
  0x10f3: 'diagnosis history',
  0x1c00: 'sync manager types',
  0x1c12: 'output assignment',
  0x1c13: 'input assignment',
  0x6040: 'control word',
  0x6041: 'status word',
  0x6060: 'mode of operation',
}

export const ABORTS: Readonly<Record<number, string>> = {
  0x05030000: 'toggle bit not changed',
  0x05040000: 'timeout',
  0x05040001: 'command not valid',
  0x05040005: 'out of memory',
  0x06010000: 'access not supported',
  0x06010001: 'write only',
  0x06010002: 'read only',
  0x06010003: 'subindex cannot be written',
  0x06010004: 'complete access not supported',
  0x06020000: 'no such object',
  0x06040041: 'object cannot be mapped',
  0x06040042: 'mapping too long',
  0x06040043: 'parameter incompatible',
  0x06040047: 'device incompatible',
  0x06060000: 'hardware error',
  0x06070010: 'wrong length',
  0x06070012: 'too long',
  0x06070013: 'too short',
  0x06090011: 'no such subindex',
  0x06090030: 'value out of range',
  0x06090031: 'value too high',
  0x06090032: 'value too low',
  0x06090036: 'maximum below minimum',
  0x08000000: 'general error',
  0x08000020: 'cannot be stored',
  0x08000021: 'local control',
  0x08000022: 'not in this state',
  0x08000023: 'no object dictionary',
}
