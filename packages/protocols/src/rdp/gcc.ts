/** The settings inside MCS connects: blocks of type, length and fields ([MS-RDPBCGR] §2.2.1.3 and §2.2.1.4). Little-endian. */
import { Reader } from '@isthmus/wire'
import { type Certificate, readCertificate } from '../x509/certificate.ts'

export type ClientData = {
  width: number
  height: number
  depth: number
  wants32Bit: boolean
  keyboard: number
  build: number
  name: string
  productId: string
  channels: string[] | undefined
}
export type ServerData = {
  result: number
  encryptionMethod: number | undefined
  encryptionLevel: number | undefined
  certificateType: number | undefined
  isPermanent: boolean | undefined
  certificates: Certificate[]
}

/** T.124's keys of the two directions: the user data follows. */
const CLIENT_KEY = 'Duca'
const SERVER_KEY = 'McDn'
const CORE = 0xc001
const NETWORK = 0xc003
const SERVER_SECURITY = 0x0c02
const MAX_BLOCKS = 32
const MAX_CHANNELS = 64
const MAX_CERTIFICATES = 16

export function gccClient(body: Uint8Array): ClientData | undefined {
  const blocks = userData(body, CLIENT_KEY)
  if (blocks === undefined) return undefined
  let found: ClientData | undefined
  let channels: string[] | undefined
  each(blocks, (type, r) => {
    if (type === CORE) found = core(r)
    else if (type === NETWORK) channels = network(r)
  })
  if (found !== undefined) found.channels = channels
  return found
}

export function gccServer(body: Uint8Array): ServerData | undefined {
  const blocks = userData(body, SERVER_KEY)
  const data: ServerData = {
    // T.125: the connect response opens with its result, an enumeration of one byte.
    result: body[body.indexOf(0x0a) + 2] ?? 0,
    encryptionMethod: undefined,
    encryptionLevel: undefined,
    certificateType: undefined,
    isPermanent: undefined,
    certificates: [],
  }
  if (blocks === undefined) return data
  each(blocks, (type, r) => {
    if (type === SERVER_SECURITY) security(r, data)
  })
  return data
}

function userData(body: Uint8Array, key: string): Reader | undefined {
  for (let at = body.indexOf(key.charCodeAt(0)); at >= 0; at = body.indexOf(key.charCodeAt(0), at + 1)) {
    if (![...key].every((c, i) => body[at + i] === c.charCodeAt(0))) continue
    const r = new Reader(body, at + key.length)
    // PER length: the high bit announces a second byte.
    if ((r.u8() & 0x80) !== 0) r.u8()
    return r
  }
  return undefined
}

function each(r: Reader, block: (type: number, body: Reader) => void): void {
  for (let n = 0; n < MAX_BLOCKS && r.left >= 4; n++) {
    const type = r.u16le()
    const length = r.u16le()
    if (length < 4) return
    block(type, r.sub(length - 4))
  }
}

function core(r: Reader): ClientData {
  r.u32le('version')
  const width = r.u16le('width')
  const height = r.u16le('height')
  r.skip(4, 'depth, sequence')
  const keyboard = r.u32le('keyboard layout')
  const build = r.u32le('build')
  const name = r.utf16(32, 'client name').replace(/\0.*$/s, '')
  r.skip(12 + 64, 'keyboard, input method')
  r.skip(8, 'post-beta depth, product, serial')
  const depth = r.u16le('high depth')
  r.u16le('supported depths')
  const capabilities = r.u16le('capabilities')
  const productId = r.utf16(Math.min(64, r.left), 'product id').replace(/\0.*$/s, '')
  return { width, height, depth, wants32Bit: (capabilities & 2) !== 0, keyboard, build, name, productId, channels: undefined }
}

function network(r: Reader): string[] {
  const channels: string[] = []
  for (let n = r.u32le('channels'); n > 0 && r.left >= 12 && channels.length < MAX_CHANNELS; n--) {
    channels.push(r.text(8, 'channel').replace(/\0.*$/s, ''))
    r.u32le('options')
  }
  return channels
}

function security(r: Reader, data: ServerData): void {
  data.encryptionMethod = r.u32le('method')
  data.encryptionLevel = r.u32le('level')
  if (r.left < 8) return
  r.u32le('random length')
  const length = r.u32le('certificate length')
  r.skip(32, 'random')
  const certificate = r.sub(length)
  const version = certificate.u32le('version')
  data.certificateType = version & 0x7fff_ffff
  data.isPermanent = version >>> 31 === 0
  if (data.certificateType !== 2) return
  for (let n = certificate.u32le('certificates'); n > 0 && certificate.left >= 4 && data.certificates.length < MAX_CERTIFICATES; n--) {
    const read = readCertificate(certificate.view(certificate.u32le('length'), 'certificate'))
    if (read !== undefined) data.certificates.push(read)
  }
}
