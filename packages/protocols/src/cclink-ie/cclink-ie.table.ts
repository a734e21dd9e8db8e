/** CC-Link IE (IEC 61158-6-23, BAP-C2005 and -C2011): frame types, node types, device types. Names as NTT's parser words them. */

/** What stands in bytes 2 to 5: node id, node id with connection, its own status, priority with node type, number of the scan. */
export type Middle = 'node' | 'connection' | 'status' | 'priority' | 'scan' | 'none' | 'tsn'
export type Network = 'control' | 'field' | 'tsn' | 'tsn&field'

export type FrameType = {
  readonly name: string
  readonly network: 'control' | 'field' | 'tsn'
  readonly middle: Middle
  readonly kind: 'control' | 'cyclic' | 'transient'
}

const of = (name: string, network: FrameType['network'], middle: Middle, kind: FrameType['kind'] = 'control'): FrameType => ({
  name,
  network,
  middle,
  kind,
})

export const TYPE = {
  persuasion: 0x10,
  testData: 0x11,
  testDataAck: 0x12,
  setup: 0x13,
  tokenM: 0x15,
  myStatus: 0x20,
  transient1: 0x22,
  parameter: 0x29,
  priority: 0xc0,
  detection: 0xc1,
  detectionAck: 0xc2,
  acyclicData: 0xc3,
  cyclicM: 0xc4,
  cyclicS: 0xc5,
} as const

export const TYPES: Readonly<Record<number, FrameType>> = {
  0x00: of('connect', 'control', 'scan'),
  0x01: of('connectAck', 'control', 'scan'),
  0x02: of('scan', 'control', 'scan'),
  0x03: of('collect', 'control', 'scan'),
  0x04: of('select', 'control', 'scan'),
  0x05: of('launch', 'control', 'scan'),
  0x06: of('token', 'control', 'scan'),
  0x10: of('persuasion', 'field', 'priority'),
  0x11: of('testData', 'field', 'priority'),
  0x12: of('testDataAck', 'field', 'priority'),
  0x13: of('setup', 'field', 'node'),
  0x14: of('setupAck', 'field', 'none'),
  0x15: of('tokenM', 'field', 'node'),
  0x1c: of('timer', 'field', 'none'),
  0x20: of('myStatus', 'field', 'status'),
  0x22: of('transient1', 'field', 'connection', 'transient'),
  0x23: of('transientAck', 'field', 'connection', 'transient'),
  0x24: of('dummy', 'control', 'scan'),
  0x25: of('transient2', 'field', 'connection', 'transient'),
  0x26: of('ipTransient', 'field', 'connection', 'transient'),
  0x28: of('paramCheck', 'field', 'connection', 'transient'),
  0x29: of('parameter', 'field', 'connection', 'transient'),
  0x2f: of('nTNTest', 'control', 'scan'),
  0x40: of('measure', 'field', 'node'),
  0x41: of('measureAck', 'field', 'node'),
  0x42: of('offset', 'field', 'node'),
  0x43: of('update', 'field', 'node'),
  0x80: of('cyclicDataW', 'control', 'scan', 'cyclic'),
  0x81: of('cyclicDataB', 'control', 'scan', 'cyclic'),
  0x82: of('cyclicDataRWw', 'field', 'node', 'cyclic'),
  0x83: of('cyclicDataRY', 'field', 'node', 'cyclic'),
  0x84: of('cyclicDataRWr', 'field', 'node', 'cyclic'),
  0x85: of('cyclicDataRX', 'field', 'node', 'cyclic'),
  0x8c: of('cyclicDataOut1', 'control', 'scan', 'cyclic'),
  0x8d: of('cyclicDataOut2', 'control', 'scan', 'cyclic'),
  0x8e: of('cyclicDataIn1', 'control', 'scan', 'cyclic'),
  0x8f: of('cyclicDataIn2', 'control', 'scan', 'cyclic'),
  0xc0: of('acyclicPriority', 'tsn', 'tsn'),
  0xc1: of('acyclicDetection', 'tsn', 'tsn'),
  0xc2: of('acyclicDetectionAck', 'tsn', 'tsn'),
  0xc3: of('acyclicData', 'tsn', 'tsn', 'transient'),
  0xc4: of('cyclicM/cyclicMs', 'tsn', 'tsn', 'cyclic'),
  0xc5: of('cyclicS/cyclicSs', 'tsn', 'tsn', 'cyclic'),
}

export const CONTROL_NODES: Readonly<Record<number, string>> = {
  0x00: 'management node',
  0x02: 'normal node',
  0x21: 'master node in the Node-to-node test',
}

export const FIELD_NODES: Readonly<Record<number, string>> = {
  0x30: 'master node',
  0x32: 'local node',
  0x33: 'intelligent device node',
  0x34: 'remote device node',
  0x35: 'remote I/O node',
}

/** Bit 7 says that the node takes part in transient transmission only. */
export const TSN_NODES: readonly string[] = ['master station', 'slave station', 'managed switch', 'use prohibited', 'sub-master station']

export const DEVICES: Readonly<Record<number, string>> = {
  0x00: 'not applicable',
  0x01: 'PLC',
  0x02: 'personal computer',
  0x03: 'digital I/O',
  0x04: 'analog I/O',
  0x05: 'positioning controller',
  0x06: 'temperature controller',
  0x07: 'HMI',
  0x08: 'ID',
  0x09: 'serial conversion module',
  0x20: 'inverter',
  0x21: 'servo',
  0x22: 'CNC',
  0x23: 'robot',
  0x30: 'sensor',
  0x31: 'actuator',
  0x7f: 'generic Device',
}

/** Letters of the functions a station supports, from the upper bit down; a blank is reserved. */
export const FUNCTIONS = [' srSbwcl', 'vtpdiImR'] as const

/** Vendors by the code that the partner association assigns. */
export const VENDORS: Readonly<Record<number, string>> = { 0x0000: 'Mitsubishi Electric' }

/** Of a cyclic part's diagnosis: what each bit of the first byte says when set, and whether it is a fault. */
export const DIAGNOSES: readonly (readonly [bit: number, what: string, fault: boolean])[] = [
  [0x02, 'application error', true],
  [0x04, 'communication error', true],
  [0x20, 'reserved station', false],
  [0x40, 'disconnected', true],
  [0x80, 'watchdog error', true],
]
export const STOPPED = 0x01
export const INVALID = 0x10
/** Of the last of its other three bytes. */
export const EMERGENCY_STOP = 0x01
export const ALARM = 0x04
