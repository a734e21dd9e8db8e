/** EPSG DS 301: messages, services, states, commands, objects. */
import type { AssetAttribute } from '@isthmus/model'

export const MESSAGE = {
  startOfCycle: 1,
  pollRequest: 3,
  pollResponse: 4,
  startOfAsynchronous: 5,
  asynchronous: 6,
  manager: 7,
  invite: 13,
} as const

export const MESSAGES: Readonly<Record<number, string>> = {
  1: 'start of cycle',
  3: 'poll request',
  4: 'poll response',
  5: 'start of asynchronous phase',
  6: 'asynchronous data',
  7: 'active manager',
  13: 'asynchronous invite',
}

export const SERVICE = { ident: 1, status: 2, request: 3, command: 4, sdo: 5, sync: 6 } as const

export const SERVICES: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'identity',
  2: 'status',
  3: 'NMT request',
  4: 'NMT command',
  5: 'SDO',
  6: 'synchronisation',
  255: 'unspecified',
}

/** The node that manages a segment, the one for tools, and all. */
export const NODE = { manager: 240, diagnosis: 253, router: 254, all: 255 } as const

export const STATES: Readonly<Record<number, string>> = {
  0x00: 'off',
  0x19: 'initialising',
  0x29: 'resetting application',
  0x39: 'resetting communication',
  0x79: 'resetting configuration',
  0x1c: 'not active',
  0x1d: 'pre-operational 1',
  0x5d: 'pre-operational 2',
  0x6d: 'ready to operate',
  0xfd: 'operational',
  0x4d: 'stopped',
  0x1e: 'basic Ethernet',
}
export const OPERATIONAL = 0xfd

export const COMMANDS: Readonly<Record<number, string>> = {
  0x21: 'start node',
  0x22: 'stop node',
  0x23: 'enter pre-operational 2',
  0x24: 'enable ready to operate',
  0x28: 'reset node',
  0x29: 'reset communication',
  0x2a: 'reset configuration',
  0x2b: 'software reset',
  0x2d: 'assign node id',
  0x41: 'start nodes',
  0x42: 'stop nodes',
  0x43: 'enter pre-operational 2, nodes',
  0x44: 'enable ready to operate, nodes',
  0x48: 'reset nodes',
  0x49: 'reset communication of nodes',
  0x4a: 'reset configuration of nodes',
  0x4b: 'software reset of nodes',
  0x62: 'set host name',
  0x63: 'flush ARP entry',
  0x80: 'publish configured nodes',
  0x90: 'publish active nodes',
  0x91: 'publish nodes in pre-operational 1',
  0x92: 'publish nodes in pre-operational 2',
  0x93: 'publish nodes ready to operate',
  0x94: 'publish operational nodes',
  0x95: 'publish stopped nodes',
  0xa0: 'publish new emergencies',
  0xb0: 'publish time',
  0xff: 'invalid service',
}
export const COMMAND = { start: 0x21, stop: 0x22, preOperational: 0x23, resetFirst: 0x28, resetLast: 0x2b, setHostName: 0x62 } as const
/** A command to several nodes is the one to a node plus this. */
export const SEVERAL = 0x20

export const SDO = { write: 1, read: 2, writeAll: 3, readAll: 4, writeByName: 5, readByName: 6, fileWrite: 0x20, fileRead: 0x21 } as const

export const SDO_COMMANDS: Readonly<Record<number, string>> = {
  0x01: 'write object',
  0x02: 'read object',
  0x03: 'write all of object',
  0x04: 'read all of object',
  0x05: 'write object by name',
  0x06: 'read object by name',
  0x20: 'write file',
  0x21: 'read file',
  0x31: 'write several objects',
  0x32: 'read several objects',
  0x70: 'longest segment',
  0x71: 'link name to index',
}

/** Profiles: the lower half of the device type. */
export const PROFILES: Readonly<Record<number, string>> = {
  302: 'managing node',
  401: 'I/O device',
  402: 'drive',
  404: 'measuring device',
  405: 'PLC',
  406: 'encoder',
  408: 'proportional valve',
  410: 'inclinometer',
}

export const VENDORS: Readonly<Record<number, string>> = { 0x0000_0100: 'B&R Industrial Automation' }

export const OBJECTS: Readonly<Record<number, string>> = {
  0x1000: 'device type',
  0x1001: 'error register',
  0x1003: 'error history',
  0x1006: 'cycle length',
  0x1008: 'device name',
  0x1009: 'hardware version',
  0x100a: 'software version',
  0x1010: 'store parameters',
  0x1011: 'restore default parameters',
  0x1018: 'identity',
  0x1020: 'verify configuration',
  0x1021: 'stored device description',
  0x1027: 'modules',
  0x1030: 'interface',
  0x1050: 'relative latency',
  0x1300: 'SDO timeout',
  0x1c00: 'cycle counters',
  0x1e40: 'IP address',
  0x1e4a: 'IP group',
  0x1f22: 'concise configuration',
  0x1f50: 'program data',
  0x1f51: 'program control',
  0x1f52: 'local program',
  0x1f80: 'start-up',
  0x1f81: 'node assignment',
  0x1f82: 'features',
  0x1f83: 'POWERLINK version',
  0x1f84: 'device types of nodes',
  0x1f85: 'vendors of nodes',
  0x1f86: 'product codes of nodes',
  0x1f87: 'revisions of nodes',
  0x1f88: 'serial numbers of nodes',
  0x1f8c: 'state',
  0x1f8d: 'poll response payload limits',
  0x1f93: 'node id',
  0x1f98: 'cycle timing',
  0x1f9a: 'host name',
  0x1f9e: 'reset command',
  0x6000: 'inputs',
  0x6100: 'inputs',
  0x6200: 'outputs',
  0x6300: 'outputs',
}
/** Objects of text that say what the device is. */
export const TEXTS: Readonly<Record<number, AssetAttribute>> = { 0x1008: 'model', 0x1009: 'hardware', 0x100a: 'firmware', 0x1f9a: 'name' }
export const OBJECT = {
  deviceType: 0x1000,
  identity: 0x1018,
  programData: 0x1f50,
  programControl: 0x1f51,
  reset: 0x1f9e,
  profile: 0x6000,
} as const

/** Beyond those that POWERLINK shares with CANopen. */
export const ABORTS: Readonly<Record<number, string>> = {
  0x05040002: 'invalid block size',
  0x05040003: 'invalid sequence number',
  0x05040004: 'checksum wrong',
  0x06020001: 'object cannot be assigned',
  0x08000024: 'configuration data set empty',
}
