/**
 * How the stations of a TSN segment are found: the master announces itself, every station answers with what it is.
 *
 *   | type u8 | 0 | 0 u16 | version u8 | protocol u8 | master 6 | previous station 6 | port u8 | options u8 | hops u16 |
 *     IPv4 4 | mask 4 | IPv6 16 | prefix u8 | sender u8 | … |
 *   | type u8 | 0 | node type u8 | version u8 | protocol u8 | last byte of the IP u8 | station 6 | 0 u16 | previous 6 |
 *     ports 3 | class u8 | u16 | links 12 | filters 12 | master 6 | 0 u16 | IPv4 4 | mask 4 | gateway 4 | IPv6 16 | gateway 16 |
 *     prefix u8 | performance u8 | u16 | clock 6 | … 6 | device version u16 | vendor u16 | model u32 | extension u16 |
 *     device type u16 | addresses 28 | sizes 14 | 0 u16 | functions u8 | options u8 | sub-id u16 | 0 u16 | mode u16 |
 *     with version 1: functions u8 | … |
 */
import { ipv4Text, macText, type Reader } from '@isthmus/wire'
import { FUNCTIONS } from './cclink-ie.table.ts'

export type Detected = {
  readonly version: number
  readonly nodeType: number
  /** The station that speaks: the master of an announcement, the one that answers. */
  readonly mac: string
  readonly ip: string
  readonly gateway: string
  readonly master: string
  /** The last four are of answers only; -1 where the bytes do not reach. */
  readonly deviceVersion: number
  readonly vendor: number
  readonly model: number
  readonly deviceType: number
  /** One letter for each function. */
  readonly functions: string
  readonly hasDuplicateIp: boolean
}

const ADDRESSES = 28
const SIZES = 14

export function readDetection(r: Reader): Detected {
  r.view(3, 'reserved')
  const version = r.u8('version')
  r.u8('protocol')
  const master = readMac(r, 'master')
  r.view(6, 'previous station')
  r.u8('previous port')
  r.u8('options')
  r.u16('hops')
  const ip = ipv4Text(r.u32('IP address'))
  r.u32('mask')
  return { ...NOTHING, version, mac: master, ip, master }
}

export function readDetectionAck(r: Reader): Detected {
  r.u8('reserved')
  const nodeType = r.u8('node type')
  const version = r.u8('version')
  r.u8('protocol')
  r.u8('last byte of the IP address')
  const mac = readMac(r, 'station')
  r.u16('reserved')
  r.view(6, 'previous station')
  r.view(3, 'ports')
  r.u8('certification class')
  r.u16('time slots')
  r.view(12, 'links')
  r.view(12, 'filters')
  const master = readMac(r, 'master')
  r.u16('reserved')
  const ip = ipv4Text(r.u32('IP address'))
  r.u32('mask')
  const gateway = ipv4Text(r.u32('gateway'))
  r.view(33, 'IPv6')
  const hasDuplicateIp = (r.u8('performance') & 8) !== 0
  r.u16('longest answer')
  r.view(6, 'clock priority')
  r.view(6, 'times')
  const deviceVersion = r.u16('device version')
  const vendor = r.u16('vendor')
  const model = r.u32('model')
  r.u16('model extension')
  const deviceType = r.u16('device type')
  r.view(ADDRESSES + SIZES + 2, 'addresses and sizes')
  let functions = lettersOf(r.u8('functions'), FUNCTIONS[0])
  r.u8('options')
  r.view(6, 'sub-id and mode')
  if (version === 1) functions += lettersOf(r.u8('more functions'), FUNCTIONS[1])
  if (r.short) return { ...NOTHING, version, nodeType, mac, ip, master }
  return { version, nodeType, mac, ip, gateway, master, deviceVersion, vendor, model, deviceType, functions, hasDuplicateIp }
}

const NOTHING: Detected = {
  version: 0,
  nodeType: 0,
  mac: '',
  ip: '',
  gateway: '',
  master: '',
  deviceVersion: -1,
  vendor: -1,
  model: -1,
  deviceType: -1,
  functions: '',
  hasDuplicateIp: false,
}

/** Empty where the bytes end. */
export function readMac(r: Reader, label: string): string {
  const bytes = r.view(6, label)
  return bytes.length === 6 ? macText(bytes, 0) : ''
}

function lettersOf(bits: number, letters: string): string {
  let text = ''
  for (let i = 0; i < 8; i++) if ((bits & (0x80 >> i)) !== 0 && letters[i] !== ' ') text += letters[i]
  return text
}
