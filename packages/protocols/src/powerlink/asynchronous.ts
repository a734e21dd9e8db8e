/**
 * What is sent in the asynchronous phase, behind the service's number:
 *
 *   identity: | flags 2 | state u8 | 0 | version u8 | 0 | features u32 | MTU u16 | poll sizes u16 u16 | response time u32 | 0 u16 |
 *             | device type u32 | vendor u32 | product u32 | revision u32 | serial u32 | extension 8 |
 *             | configuration date u32, time u32 | program date u32, time u32 | IP, mask, gateway | host name 32 | extension 48 |
 *   status:   | flags 2 | state u8 | 0 3 | errors 8 | entries of 20 bytes: type u16, code u16, time u64, more 8 | … until type 0 |
 *   command:  | command u8 | 0 | data … |      request: | command u8 | target u8 | data … |
 *
 * Spec: EPSG DS 301 §7.3.3.
 */
import { ipv4Text, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { COMMAND } from './powerlink.table.ts'

export type Identity = {
  readonly state: number
  readonly version: number
  readonly features: number
  readonly deviceType: number
  readonly vendor: number
  readonly product: number
  readonly revision: number
  readonly serial: number
  readonly ip: string
  readonly gateway: string
  readonly hostName: string
}

export type Status = {
  readonly state: number
  /** As object 0x1001 has it. */
  readonly errorRegister: number
  readonly errors: readonly number[]
}

/** Of types of entries: the upper four bits say where the entry is kept; these say that it is an error just come. */
const MODE = 0x3000
const COMES = 0x1000
const ENTRY = 20
const MAX_ENTRIES = 64

export function readIdentity(r: Reader): Identity {
  r.view(2, 'flags')
  const state = r.u8('state')
  r.u8('reserved')
  const version = r.u8('version')
  r.u8('reserved')
  const features = r.u32le('features')
  r.u16le('largest frame')
  r.u32le('poll sizes')
  r.u32le('response time')
  r.u16le('reserved')
  const deviceType = r.u32le('device type')
  const vendor = r.u32le('vendor')
  const product = r.u32le('product')
  const revision = r.u32le('revision')
  const serial = r.u32le('serial')
  r.view(8, 'extension')
  r.view(8, 'configuration')
  r.view(8, 'program')
  const ip = addressOf(r.u32le('IP address'))
  r.u32le('mask')
  const gateway = addressOf(r.u32le('gateway'))
  const hostName = untilZero(r.view(32, 'host name'))
  return { state, version, features, deviceType, vendor, product, revision, serial, ip, gateway, hostName }
}

/** Little-endian, as every number of POWERLINK. */
function addressOf(word: number): string {
  return ipv4Text(word >>> 0)
}

export function readStatus(r: Reader): Status {
  r.view(2, 'flags')
  const state = r.u8('state')
  r.view(3, 'reserved')
  const errorRegister = r.u8('error register')
  r.view(7, 'device errors')
  const errors: number[] = []
  for (let n = 0; n < MAX_ENTRIES && r.left >= ENTRY; n++) {
    const type = r.u16le('entry')
    if (type === 0) break
    const code = r.u16le('code')
    r.view(ENTRY - 4, 'time and more')
    if ((type & MODE) === COMES) errors.push(code)
  }
  return { state, errorRegister, errors }
}

type Management = { readonly command: number; readonly target: number; readonly text: string }

export function readCommand(r: Reader, destination: number): Management {
  const command = r.u8('command')
  r.u8('reserved')
  return { command, target: destination, text: command === COMMAND.setHostName ? untilZero(r.view(Math.min(32, r.left), 'host name')) : '' }
}

export function readRequest(r: Reader): Management {
  const command = r.u8('command')
  const target = r.u8('target')
  return { command, target, text: '' }
}

function untilZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return byteText(end < 0 ? bytes : bytes.subarray(0, end))
}
