/** The login records: of SQL Server 7 and later ([MS-TDS] §2.2.6.4), and of fixed fields (TDS 4.2 and 5.0). */
import { Reader } from '@isthmus/wire'
import { maskSecret } from '../mask.ts'

export type TdsLogin = {
  /** As `7.4`; `4/5` for the old record. */
  version: string
  host: string
  user: string
  /** Masked; undefined when none was sent. */
  password: string | undefined
  application: string
  server: string
  library: string
  language: string
  database: string
  /** Windows authentication: the account is in the SSPI data. */
  isIntegrated: boolean
}

const MAX_CHARACTERS = 128

export function readLogin(r: Reader): TdsLogin {
  const begin = r.at
  r.u32le('length')
  const version = r.u32le('version')
  r.u32le('packet size')
  r.u32le('client version')
  r.u32le('client process')
  r.u32le('connection')
  r.u8('options 1')
  const options = r.u8('options 2')
  r.u8('type')
  r.u8('options 3')
  r.u32le('time zone')
  r.u32le('locale')
  const place = (label: string): [at: number, length: number] => [r.u16le(`${label} offset`), r.u16le(`${label} length`)]
  const places = ['host', 'user', 'password', 'application', 'server', 'extension', 'library', 'language', 'database'].map(place)
  const text = (index: number, label: string): string => {
    const [at, length] = places[index]!
    return length === 0 ? '' : new Reader(r.bytes, Math.min(begin + at, r.end), r.end).utf16(Math.min(length, MAX_CHARACTERS) * 2, label)
  }
  const [passwordAt, passwordLength] = places[2]!
  const login: TdsLogin = {
    version: `${version >>> 28}.${(version >>> 24) & 15}`,
    host: text(0, 'host'),
    user: text(1, 'user'),
    password: passwordLength === 0 ? undefined : maskSecret(plain(r, begin + passwordAt, Math.min(passwordLength, MAX_CHARACTERS))),
    application: text(3, 'application'),
    server: text(4, 'server'),
    library: text(6, 'library'),
    language: text(7, 'language'),
    database: text(8, 'database'),
    isIntegrated: (options & 0x80) !== 0,
  }
  r.view(r.left, 'names')
  return login
}

/** Passwords are not encrypted: halves of each byte swapped, XOR 0xa5. */
function plain(r: Reader, at: number, characters: number): string {
  let text = ''
  for (let i = 0; i < characters; i++) {
    const low = unveil(r.bytes[at + 2 * i] ?? 0)
    const high = unveil(r.bytes[at + 2 * i + 1] ?? 0)
    if (at + 2 * i + 1 >= r.end) break
    text += String.fromCharCode(low | (high << 8))
  }
  return text
}

function unveil(b: number): number {
  const x = b ^ 0xa5
  return ((x >> 4) | (x << 4)) & 0xff
}

export function readOldLogin(r: Reader): TdsLogin {
  const host = fixed(r, 'host')
  const user = fixed(r, 'user')
  const secret = fixed(r, 'password', true)
  fixed(r, 'process')
  r.view(16, 'formats')
  const application = fixed(r, 'application')
  const server = fixed(r, 'server')
  r.view(256, 'remote passwords')
  r.view(4, 'version')
  const library = fixed(r, 'library', false, 10)
  return {
    version: '4/5',
    host,
    user,
    password: secret === '' ? undefined : maskSecret(secret),
    application,
    server,
    library,
    language: '',
    database: '',
    isIntegrated: false,
  }
}

/** Thirty bytes and how many of them count. */
function fixed(r: Reader, label: string, isSecret = false, size = 30): string {
  const name = isSecret ? new Reader(r.bytes, r.at, r.end) : undefined
  const text = name === undefined ? r.text(size, label) : name.text(size)
  if (name !== undefined) r.skip(size, label)
  const length = r.u8(`${label} length`)
  return text.slice(0, Math.min(length, size))
}
