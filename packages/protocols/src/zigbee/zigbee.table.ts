/** Words of Zigbee (network and application layers, Zigbee specification 05-3474) and of its cluster library (075123). */
import type { Access, AssetAttribute } from '@isthmus/model'

export const MAC_COMMANDS: Readonly<Record<number, string>> = {
  1: 'association request',
  2: 'association response',
  3: 'disassociation',
  4: 'data request',
  5: 'PAN id conflict',
  6: 'orphan',
  7: 'beacon request',
  8: 'coordinator realignment',
}

export const NETWORK_COMMANDS: Readonly<Record<number, string>> = {
  1: 'route request',
  2: 'route reply',
  3: 'network status',
  4: 'leave',
  5: 'route record',
  6: 'rejoin request',
  7: 'rejoin response',
  8: 'link status',
  9: 'network report',
  10: 'network update',
  11: 'end device timeout request',
  12: 'end device timeout response',
}

export const SUPPORT_COMMANDS: Readonly<Record<number, string>> = {
  1: 'key establishment',
  2: 'key establishment',
  3: 'key establishment',
  4: 'key establishment',
  5: 'transport key',
  6: 'update device',
  7: 'remove device',
  8: 'request key',
  9: 'switch key',
  14: 'tunnel',
  15: 'verify key',
  16: 'confirm key',
}

/** Requests of the device profile; answers have the high bit. */
export const DEVICE_PROFILE: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0x0000: ['network address', 'identify'],
  0x0001: ['IEEE address', 'identify'],
  0x0002: ['node descriptor', 'identify'],
  0x0003: ['power descriptor', 'identify'],
  0x0004: ['simple descriptor', 'identify'],
  0x0005: ['active endpoints', 'identify'],
  0x0006: ['match descriptor', 'identify'],
  0x0013: ['device announcement', 'identify'],
  0x0015: ['system server discovery', 'identify'],
  0x0021: ['bind', 'configure'],
  0x0022: ['unbind', 'configure'],
  0x0031: ['neighbour table', 'identify'],
  0x0032: ['routing table', 'identify'],
  0x0033: ['binding table', 'identify'],
  0x0034: ['leave', 'configure'],
  0x0036: ['permit joining', 'configure'],
  0x0038: ['network update', 'configure'],
}

export const CLUSTERS: Readonly<Record<number, string>> = {
  0x0000: 'basic',
  0x0001: 'power configuration',
  0x0003: 'identify',
  0x0004: 'groups',
  0x0005: 'scenes',
  0x0006: 'on/off',
  0x0008: 'level control',
  0x0009: 'alarms',
  0x000a: 'time',
  0x0019: 'over-the-air upgrade',
  0x0020: 'poll control',
  0x0101: 'door lock',
  0x0102: 'window covering',
  0x0200: 'pump',
  0x0201: 'thermostat',
  0x0202: 'fan',
  0x0300: 'colour control',
  0x0400: 'illuminance',
  0x0402: 'temperature',
  0x0403: 'pressure',
  0x0404: 'flow',
  0x0405: 'humidity',
  0x0406: 'occupancy',
  0x0500: 'intruder alarm zone',
  0x0501: 'intruder alarm panel',
  0x0502: 'warning device',
  0x0700: 'price',
  0x0701: 'demand response',
  0x0702: 'metering',
  0x0703: 'messaging',
  0x0b04: 'electrical measurement',
  0x0800: 'key establishment',
}

/** Commands of clusters that act: cluster, then command of the client. */
export const COMMANDS: Readonly<Record<number, readonly string[]>> = {
  0x0003: ['identify', 'query'],
  0x0005: ['add scene', 'view scene', 'remove scene', 'remove all scenes', 'store scene', 'recall scene'],
  0x0006: ['off', 'on', 'toggle'],
  0x0008: ['move to level', 'move', 'step', 'stop', 'move to level with on/off', 'move with on/off', 'step with on/off', 'stop'],
  0x0019: ['image notify', 'query next image', '', 'image block', 'image page', 'image block response', 'upgrade end'],
  0x0101: ['lock door', 'unlock door', 'toggle', 'unlock with timeout'],
  0x0102: ['open', 'close', 'stop'],
  0x0201: ['raise or lower setpoint', 'set weekly schedule', 'get weekly schedule', 'clear weekly schedule'],
  0x0501: ['arm', 'bypass', 'emergency', 'fire', 'panic'],
  0x0502: ['start warning', 'squawk'],
}

/** General commands of the cluster library. */
export const GENERAL: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0: ['read attributes', 'read'],
  1: ['read attributes response', 'read'],
  2: ['write attributes', 'write'],
  3: ['write attributes undivided', 'write'],
  4: ['write attributes response', 'write'],
  5: ['write attributes without response', 'write'],
  6: ['configure reporting', 'configure'],
  7: ['configure reporting response', 'configure'],
  8: ['read reporting configuration', 'identify'],
  9: ['read reporting configuration response', 'identify'],
  10: ['report attributes', 'read'],
  11: ['default response', 'session'],
  12: ['discover attributes', 'identify'],
  13: ['discover attributes response', 'identify'],
}

/** Attributes of the basic cluster that say what a device is. */
export const IDENTITY: Readonly<Record<number, AssetAttribute>> = {
  0x0003: 'hardware',
  0x0004: 'vendor',
  0x0005: 'model',
  0x4000: 'firmware',
  0x0010: 'location',
}
