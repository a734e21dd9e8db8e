/** What an operator may choose, from the environment; every choice has a default that works. */
import { resolve } from 'node:path'
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
  readonly logLevel: string
}

/** Throws a sentence for the operator when a value is not usable. */
export function readSettings(env: Readonly<Record<string, string | undefined>>, version: string): Settings {
  const host = env.ISTHMUS_HOST ?? '127.0.0.1'
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host)
  const totp = env.ISTHMUS_REQUIRE_TOTP ?? (isLocal ? 'nobody' : 'administrators')
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
    captureDays: number(env, 'ISTHMUS_CAPTURE_DAYS', retentionDays, 1, 3650),
    logLevel: env.ISTHMUS_LOG ?? 'info',
  }
}

function number(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number, min: number, max: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!Number.isFinite(value) || value < min || value > max) throw new Error(`${name} is ${text}; it may be a number from ${min} to ${max}`)
  return value
}
