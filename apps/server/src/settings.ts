/** What an operator may choose, from the environment; every choice has a default that works. */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { SourceSetting } from './alert-sources/alert-sources.store.ts'
import { readAlertSources } from './alert-sources/settings.ts'
import type { ServerSettings } from './services.ts'

const HOUR_US = 3_600_000_000

export type Settings = ServerSettings & {
  readonly dataFolder: string
  readonly databaseUrl: string | undefined
  readonly host: string
  readonly port: number
  /** True when the operator named the port: another one is then not taken instead. */
  readonly isPortChosen: boolean
  readonly maxCaptureBytes: number
  readonly maxCapturesBytes: number
  readonly minFreeBytes: number
  readonly maxUnpackedBytes: number
  readonly retentionDays: number
  /** Uploads leave the disk this long after they were read. */
  readonly captureDays: number
  /** What is kept of observations to hunt through, for how long and how much of all sites. */
  readonly observationDays: number
  readonly maxObservationBytes: number
  /** Known threats that change are looked for in what was observed, where that is cheap. */
  readonly isHuntingItself: boolean
  /** How long one hunt may take. */
  readonly longestHuntMs: number
  /** Where alerts of Suricata are taken in while they are raised. */
  readonly alertSources: readonly SourceSetting[]
  readonly logLevel: string
}

/** Throws a sentence for the operator when a value is not usable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>, version: string): Settings {
  const host = env.ISTHMUS_HOST ?? '127.0.0.1'
  const isLocal = /^(127(\.\d{1,3}){3}|::1|localhost)$/.test(host)
  const tls = readTls(env)
  const trustProxy = readProxies(env)
  if (!isLocal && !tls && trustProxy.length === 0 && env.ISTHMUS_INSECURE !== '1') {
    throw new Error(
      `ISTHMUS_HOST is ${host}, and without TLS everybody on the way reads passwords and takes over sign-ins. Name a certificate with ISTHMUS_TLS_CERT and ISTHMUS_TLS_KEY, or the proxy that does TLS with ISTHMUS_TRUST_PROXY; ISTHMUS_INSECURE=1 accepts the risk.`,
    )
  }
  const totp = env.ISTHMUS_REQUIRE_TOTP ?? (isLocal && trustProxy.length === 0 ? 'nobody' : 'administrators')
  if (totp !== 'nobody' && totp !== 'administrators' && totp !== 'everybody') {
    throw new Error(`ISTHMUS_REQUIRE_TOTP is ${totp}; it may be nobody, administrators or everybody`)
  }
  const retentionDays = number(env, 'ISTHMUS_RETENTION_DAYS', 90, 1, 3650)
  return {
    version,
    requireTotp: totp,
    idleUs: number(env, 'ISTHMUS_IDLE_HOURS', 8, 0.05, 24) * HOUR_US,
    absoluteUs: number(env, 'ISTHMUS_SIGN_IN_HOURS', 24, 0.1, 720) * HOUR_US,
    heartbeatMs: 15_000,
    tls,
    trustProxy,
    dataFolder: resolve(env.ISTHMUS_DATA ?? '.isthmus'),
    databaseUrl: env.DATABASE_URL,
    host,
    port: number(env, 'ISTHMUS_PORT', 8080, 0, 65_535),
    isPortChosen: env.ISTHMUS_PORT !== undefined,
    maxCaptureBytes: number(env, 'ISTHMUS_MAX_CAPTURE_GB', 20, 0.001, 10_000) * 1e9,
    maxCapturesBytes: number(env, 'ISTHMUS_CAPTURES_GB', 200, 0.001, 1e6) * 1e9,
    minFreeBytes: number(env, 'ISTHMUS_FREE_GB', 1, 0, 1e6) * 1e9,
    maxUnpackedBytes: number(env, 'ISTHMUS_MAX_UNPACKED_GB', 100, 0.001, 1e6) * 1e9,
    retentionDays,
    observationDays: number(env, 'ISTHMUS_OBSERVATION_DAYS', retentionDays, 1, 3650),
    maxObservationBytes: number(env, 'ISTHMUS_OBSERVATIONS_GB', 20, 0.001, 1e6) * 1e9,
    isHuntingItself: env.ISTHMUS_AUTO_HUNT !== 'off',
    longestHuntMs: number(env, 'ISTHMUS_HUNT_HOURS', 6, 0.01, 1000) * 3_600_000,
    alertSources: readAlertSources(env.ISTHMUS_EVE),
    captureDays: number(env, 'ISTHMUS_CAPTURE_DAYS', retentionDays, 1, 3650),
    logLevel: env.ISTHMUS_LOG ?? 'info',
  }
}

function readTls(env: Readonly<Record<string, string | undefined>>): { cert: string; key: string } | undefined {
  const { ISTHMUS_TLS_CERT: cert, ISTHMUS_TLS_KEY: key } = env
  if (!cert && !key) return undefined
  if (!cert || !key)
    throw new Error('ISTHMUS_TLS_CERT and ISTHMUS_TLS_KEY go together: the files of a certificate chain and of its key, as PEM')
  const pem = { cert: readPem('ISTHMUS_TLS_CERT', cert), key: readPem('ISTHMUS_TLS_KEY', key) }
  try {
    createSecureContext(pem)
  } catch (error) {
    throw new Error(
      `the certificate in ${cert} and the key in ${key} do not work: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  return pem
}

function readPem(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`${name} is ${file}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Addresses and networks, separated by commas. Never everybody: who may say where a caller comes from can pass for anyone. */
function readProxies(env: Readonly<Record<string, string | undefined>>): string[] {
  const proxies = (env.ISTHMUS_TRUST_PROXY ?? '').split(',').flatMap((text) => (text.trim() === '' ? [] : [text.trim()]))
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const most = isIP(address) === 4 ? 32 : 128
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most)
    if (isIP(address) === 0 || !isNetwork)
      throw new Error(`ISTHMUS_TRUST_PROXY holds ${proxy}; it may hold addresses and networks, such as 10.0.0.5 or 10.0.0.0/24`)
  }
  return proxies
}

function number(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number, min: number, max: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!Number.isFinite(value) || value < min || value > max) throw new Error(`${name} is ${text}; it may be a number from ${min} to ${max}`)
  return value
}
