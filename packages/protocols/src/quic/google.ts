/** The hello of Google's QUIC before TLS (crypto specification of 2016): a table of tags with their values one after another. */
import { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type GoogleHello = { serverName: string; agent: string }

const MAX_TAGS = 128

/** `CHLO`: | tag 4 | count u16 | 0 u16 | tag 4, end u32 … | values |, little-endian. */
export function readGoogleHello(bytes: Uint8Array): GoogleHello | undefined {
  const r = new Reader(bytes)
  if (r.text(4) !== 'CHLO') return undefined
  const count = Math.min(r.u16le(), MAX_TAGS)
  r.skip(2)
  const hello: GoogleHello = { serverName: '', agent: '' }
  const values = r.at + 8 * count
  let from = 0
  for (let i = 0; i < count && !r.short; i++) {
    const tag = byteText(r.view(4))
    const to = r.u32le()
    const value = byteText(bytes.subarray(values + from, values + Math.max(from, Math.min(to, bytes.length))))
    if (tag === 'SNI\0') hello.serverName = value
    else if (tag === 'UAID') hello.agent = value
    from = to
  }
  return r.short ? undefined : hello
}
