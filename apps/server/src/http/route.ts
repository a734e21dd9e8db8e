/** A route is a record: who may, what goes in, what comes out, what runs. One small engine mounts them all. */
import type { Readable } from 'node:stream'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import type { Permission } from '../permissions.table.ts'
import type { Services } from '../services.ts'
import type { SignedIn } from '../sign-ins/session.ts'
import type { Refusal } from './refusal.ts'

/**
 * `anyone`: no sign-in needed. `self`: any sign-in, even an unfinished one, on its own account.
 * `signed-in`: a finished sign-in. Everything else is a permission of the table.
 */
export type May = Permission | 'anyone' | 'self' | 'signed-in'

/**
 * Runs `work` in one transaction together with the audit entry of the request: both are durable or neither. A refusal undoes
 * it and becomes the answer. For routes that take no transaction of their own, once a request.
 */
export type Change = <T>(
  work: (tx: Tx) => Promise<T>,
  options?: { readonly sites?: readonly string[]; readonly mode?: 'read only' | 'read write' },
) => Promise<Exclude<T, Refusal>>

export type Context<P, Q, B> = {
  readonly params: P
  readonly query: Q
  readonly body: B
  /** The request's transaction: sees only the rows of the sites in `sites`; read-only for GET. */
  readonly tx: Tx
  readonly change: Change
  /** Sites the user may touch here, narrowed by the query's `site`. */
  readonly sites: readonly string[]
  readonly me: SignedIn
  readonly services: Services
  readonly http: HttpSide
}

/** The little of HTTP that a few routes need. */
export type HttpSide = {
  readonly address: string
  readonly agent: string
  readonly token: string | undefined
  readonly stream: Readable
  readonly contentLength: number | undefined
  setSession(token: string | undefined, secondsToLive: number): void
  /** Adds what an audit entry should say of this request: `site`, `target` and `outcome` have columns, the rest is its detail. */
  note(detail: Record<string, unknown>): void
  /** Runs when the transaction is durable: notices to live consoles. */
  afterwards(act: () => void): void
}

/**
 * `transaction`: the default; such a route never takes a second connection while it holds its own. `none`: the route takes no
 * transaction (a stream, slow work before a short `change`), and has no `tx`.
 */
export type Route = {
  readonly on: string
  readonly may: May
  readonly audit?: string
  readonly about: string
  readonly params: z.ZodType
  readonly query: z.ZodType
  /** `bytes`: the body is streamed as it comes. */
  readonly body: z.ZodType | 'bytes'
  /** `events`: a stream that stays open. `file`: a download. */
  readonly reply: z.ZodType | 'events' | 'file'
  readonly transaction?: 'none'
  // biome-ignore lint/suspicious/noExplicitAny: the table holds routes of every type; `route` checks each one
  readonly run: (context: Context<any, any, any>) => unknown
}

export type SentFile = ({ readonly path: string } | { readonly content: Uint8Array }) & {
  readonly bytes: number
  readonly sha256: string
  readonly type: string
  /** What the browser calls it. */
  readonly name: string
}

type Answer<R> = R extends z.ZodType ? z.output<R> | Refusal : R extends 'file' ? SentFile | Refusal : undefined | Refusal
type Of<S> = S extends z.ZodType ? z.output<S> : undefined

/** Checks a record's types against each other, then forgets them for the table. */
export function route<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType | 'bytes',
  R extends z.ZodType | 'events' | 'file',
>(record: {
  on: string
  may: May
  audit?: string
  about: string
  params: P
  query: Q
  body: B
  reply: R
  transaction?: 'none'
  run: (context: Context<Of<P>, Of<Q>, Of<B>>) => Promise<Answer<R>> | Answer<R>
}): Route {
  return record
}
