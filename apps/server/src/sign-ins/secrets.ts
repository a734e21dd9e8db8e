/** Passwords, one-time passwords, session tokens, second factors. Nothing here is ever logged. */
import { createCipheriv, createDecipheriv, createHash, randomBytes, randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { Secret, TOTP } from 'otpauth'

/** OWASP's second recommended setting for argon2id (2 in the library's list of algorithms). */
const ARGON = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashes computed at one time: each takes 19 MB and a core. */
const MAX_AT_ONCE = 8
/** Those that wait for a place; more are asked to come again. */
const MAX_WAITING = 32
let running = 0
const waiting: (() => void)[] = []

/** So many passwords are being checked that this one has to come again. */
export class Busy extends Error {}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MAX_AT_ONCE) {
    if (waiting.length >= MAX_WAITING) throw new Busy()
    await new Promise<void>((start) => waiting.push(start))
  } else running++
  try {
    return await work()
  } finally {
    // The place goes to who waits longest, else it is free.
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, ARGON))

export async function isPassword(passwordHash: string, password: string): Promise<boolean> {
  return inTurn(() => verify(passwordHash, password).catch(() => false))
}

let decoy: Promise<string> | undefined
/** Does the work of a check for an account that does not exist, so that the time taken tells nothing. */
export async function checkNobody(password: string): Promise<void> {
  decoy ??= hashPassword(randomBytes(16).toString('hex'))
  await isPassword(await decoy, password)
}

/** Without letters and digits that look alike. */
const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789'

/** About 79 bits, in groups a person can type: `k7wq-m2xp-9rta-hv4e`. */
export function oneTimePassword(): string {
  const group = () => Array.from({ length: 4 }, () => READABLE[randomInt(READABLE.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}

export const newToken = (): string => randomBytes(32).toString('base64url')
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest()
export const newId = (noun: string): string => `${noun}-${randomBytes(9).toString('base64url')}`

const ISSUER = 'Isthmus'
const STEP_S = 30

export const newTotpSecret = (): string => new Secret({ size: 20 }).base32

export function totpUri(name: string, secret: string): string {
  return new TOTP({ issuer: ISSUER, label: name, secret }).toString()
}

/** The time step of a right code, at most one step off; undefined for a wrong one or one at or before `lastStep`. */
export function acceptedStep(secret: string, code: string, nowUs: number, lastStep: number): number | undefined {
  const timestamp = Math.floor(nowUs / 1000)
  const delta = new TOTP({ issuer: ISSUER, secret }).validate({ token: code, timestamp, window: 1 })
  if (delta === null) return undefined
  const step = Math.floor(timestamp / 1000 / STEP_S) + delta
  return step > lastStep ? step : undefined
}

/** AES-256-GCM with a key that lives outside the database: `iv | tag | ciphertext`. */
export function seal(key: Uint8Array, text: string): Buffer {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body])
}

export function unseal(key: Uint8Array, sealed: Uint8Array): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  decipher.setAuthTag(sealed.subarray(12, 28))
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
}
