/**
 * JA4: a name for the software behind a client hello that survives the shuffling of extensions.
 *
 *   t13d1516h2_8daaf6152771_b186095e22b6
 *   transport, version, SNI or not, counts, first protocol; hash of sorted ciphers; hash of sorted extensions and signatures
 *
 * Spec: FoxIO, JA4 technical details (BSD 3-clause; the other members of the JA4+ family are licensed otherwise and not used).
 */
import { sha256 } from '../hash/sha256.ts'
import type { Hello } from './handshake.ts'
import { EXTENSION, isGrease } from './tls.table.ts'

const VERSIONS: Readonly<Record<number, string>> = {
  772: '13',
  771: '12',
  770: '11',
  769: '10',
  768: 's3',
  2: 's2',
  65279: 'd1',
  65277: 'd2',
  65276: 'd3',
}
const NOTHING = '000000000000'
const encoder = new TextEncoder()

export function ja4(hello: Hello, transport: 't' | 'q' | 'd'): string {
  const ciphers = hello.ciphers.filter((c) => !isGrease(c))
  const extensions = hello.extensions.filter((e) => !isGrease(e))
  const head = `${transport}${VERSIONS[hello.version] ?? '00'}${extensions.includes(EXTENSION.serverName) ? 'd' : 'i'}`
  const counts = two(ciphers.length) + two(extensions.length)
  return `${head}${counts}${protocolEnds(hello.protocols[0])}_${hash(sorted(ciphers))}_${hash(extensionsPart(hello, extensions))}`
}

function extensionsPart(hello: Hello, extensions: readonly number[]): string {
  const list = sorted(extensions.filter((e) => e !== EXTENSION.serverName && e !== EXTENSION.protocols))
  const signatures = hello.signatures.filter((s) => !isGrease(s)).map(hex4)
  return list === '' || signatures.length === 0 ? list : `${list}_${signatures.join(',')}`
}

function sorted(codes: readonly number[]): string {
  return codes.map(hex4).sort().join(',')
}

function hex4(code: number): string {
  return code.toString(16).padStart(4, '0')
}

function two(count: number): string {
  return String(Math.min(count, 99)).padStart(2, '0')
}

/** First and last letter of the first protocol; of its hex where one of them is no letter or digit. */
function protocolEnds(protocol: string | undefined): string {
  if (protocol === undefined || protocol === '') return '00'
  const ends = protocol[0]! + protocol.at(-1)!
  if (/^[0-9A-Za-z]{2}$/.test(ends)) return ends
  const first = protocol.charCodeAt(0).toString(16).padStart(2, '0')
  const last = protocol
    .charCodeAt(protocol.length - 1)
    .toString(16)
    .padStart(2, '0')
  return first[0]! + last[1]!
}

function hash(text: string): string {
  return text === '' ? NOTHING : sha256(encoder.encode(text)).slice(0, 12)
}
