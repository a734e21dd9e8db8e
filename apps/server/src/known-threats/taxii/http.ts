/**
 * One question to a TAXII server. TLS is verified, with an authority of one's own where one is given; what comes back is bounded
 * in bytes and time and must be what was asked for. A redirect is followed on the same host only: the sign-in is for no other.
 */

import { lookup } from 'node:dns'
import { request as clear, type IncomingMessage } from 'node:http'
import { request as secure } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { addressBytes, addressKind } from '@isthmus/model'

export const TAXII = 'application/taxii+json;version=2.1'

export type Access = {
  /** The whole header; undefined where nobody signs in. */
  readonly authorization: string | undefined
  /** Certificates in PEM that are trusted besides the usual ones. */
  readonly authority: string | undefined
}

export type Answer = { readonly body: unknown; readonly bytes: number; readonly addedLast: string | undefined }

const MAX_BYTES = 32 << 20
const SILENCE_MS = 30_000
const LONGEST_MS = 120_000
const MAX_REDIRECTS = 3

/** Says what went wrong, in words for whoever set the feed up; never what the other side said. */
export class TaxiiTrouble extends Error {}

/** A URL as it may be kept: without a sign-in, and without a query, which some servers take a key in. */
export function plainUrl(text: string): string {
  if (!URL.canParse(text)) return ''
  const { origin, pathname, protocol } = new URL(text)
  return origin === 'null' ? protocol : `${origin}${pathname}`
}

/** What may be asked: TLS everywhere, clear text only on this machine (a proxy that adds TLS). */
export function checkUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw new TaxiiTrouble('this is not a URL')
  if (url.username !== '' || url.password !== '') throw new TaxiiTrouble('the sign-in does not belong into the URL')
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere)) throw new TaxiiTrouble('only https is asked')
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) checkAddress(url.hostname.replace(/^\[|\]$/g, ''))
  return url
}

/**
 * Private addresses are allowed: servers of one's own are the rule in plants. Link-local ones are not (the metadata of cloud
 * machines lives there), nor what is no host.
 */
function checkAddress(ip: string): void {
  const bytes = addressBytes(ip)
  if (bytes === undefined || isLinkLocal(within(bytes)) || ['none', 'unspecified', 'multicast'].includes(addressKind(ip)))
    throw new TaxiiTrouble('this address is not asked')
}

/** Ahead of an IPv4 address in an IPv6 one: mapped and compatible (RFC 4291 §2.5.5), translated (RFC 6052 §2.1). */
const AHEAD_OF_V4: readonly string[] = ['00000000000000000000ffff', '000000000000000000000000', '0064ff9b0000000000000000']

/** The IPv4 address that an IPv6 one stands for, else the address itself. */
function within(bytes: Uint8Array): Uint8Array {
  return AHEAD_OF_V4.includes(Buffer.from(bytes.subarray(0, 12)).toString('hex')) ? bytes.subarray(12) : bytes
}

function isLinkLocal(bytes: Uint8Array): boolean {
  const [a = 0, b = 0] = bytes
  return bytes.length === 4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80
}

/** Checked where the connection is made: a name may resolve otherwise a moment later. */
const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0)
    try {
      for (const { address } of addresses) checkAddress(address)
    } catch (trouble) {
      return callback(trouble as Error, '', 0)
    }
    if (options.all) return (callback as unknown as (e: null, all: typeof addresses) => void)(null, addresses)
    callback(null, addresses[0]!.address, addresses[0]!.family)
  })
}

export async function ask(url: URL, access: Access, redirects = 0): Promise<Answer> {
  const response = await send(url, access)
  const { statusCode = 0, headers } = response
  if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
    response.destroy()
    const next = URL.canParse(headers.location, url.href) ? new URL(headers.location, url) : undefined
    if (next === undefined || next.origin !== url.origin) throw new TaxiiTrouble('the server sends us to another host')
    if (redirects >= MAX_REDIRECTS) throw new TaxiiTrouble('the server sends us round in a circle')
    return ask(next, access, redirects + 1)
  }
  if (statusCode !== 200) {
    response.destroy()
    throw new TaxiiTrouble(WORDS[statusCode] ?? `the server answered ${statusCode}`)
  }
  const type = headers['content-type'] ?? ''
  if (!/^application\/(?:taxii\+json|vnd\.oasis\.taxii\+json|stix\+json)\b/i.test(type)) {
    response.destroy()
    throw new TaxiiTrouble('what came back is not TAXII 2.1')
  }
  const last = headers['x-taxii-date-added-last']
  const content = await bytesOf(response)
  return { body: parsed(content.toString('utf8')), bytes: content.length, addedLast: typeof last === 'string' ? last : undefined }
}

const WORDS: Readonly<Record<number, string>> = {
  401: 'the server wants another sign-in',
  403: 'the server does not allow this with this sign-in',
  404: 'the server has no such address',
  406: 'the server does not speak TAXII 2.1',
  429: 'the server asks us to come less often',
}

function send(url: URL, { authorization, authority }: Access): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const options = {
      headers: { accept: TAXII, 'user-agent': 'isthmus', ...(authorization === undefined ? {} : { authorization }) },
      lookup: checkedLookup,
      timeout: SILENCE_MS,
      signal: AbortSignal.timeout(LONGEST_MS),
    }
    const asked =
      url.protocol === 'https:' ? secure(url, { ...options, ...(authority === undefined ? {} : { ca: authority }) }) : clear(url, options)
    asked.on('response', done)
    asked.on('timeout', () => asked.destroy(new TaxiiTrouble('the server does not answer')))
    asked.on('error', (error) => fail(error instanceof TaxiiTrouble ? error : new TaxiiTrouble(wordsOf(error))))
    asked.end()
  })
}

function wordsOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (/CERT|SELF_SIGNED|TLS|SSL/.test(code)) return `the server's certificate is not trusted (${code})`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no server of this name is known'
  return `the server cannot be reached (${code || error.name})`
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > MAX_BYTES) throw new TaxiiTrouble(`an answer has more than ${MAX_BYTES} bytes`)
      chunks.push(chunk)
    }
  } catch (error) {
    throw error instanceof TaxiiTrouble ? error : new TaxiiTrouble('the answer broke off')
  } finally {
    response.destroy()
  }
  return Buffer.concat(chunks)
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new TaxiiTrouble('what came back is not JSON')
  }
}
