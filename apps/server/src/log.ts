/** The server's log: one JSON object a line, with everything secret cut out by name as a last line of defence. */
import { type DestinationStream, type Logger, pino } from 'pino'

const SECRET = ['password', 'oneTimePassword', 'totp', 'secret', 'token', 'cookie', 'authorization', 'passwordHash']
/** Secret where they came with a request; elsewhere the code of an error, say. */
const SECRET_ASKED = ['code', 'present', 'current', 'uri']

/** Data exceptions (class 22) quote the value in their message. */
const QUOTES_VALUE = /^22/
const MAX_CAUSES = 3

type Told = { type: string; message: string; code?: string; stack?: string; cause?: Told }

/** What an operator needs of an error, and no more: PostgreSQL's `detail` and `where` show whole rows, `parameters` their values. */
export function tellError(error: unknown, depth = 0): Told {
  if (!(error instanceof Error)) return { type: typeof error, message: typeof error === 'string' ? error : 'no error object' }
  const code = 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? String(error.code) : undefined
  const clean = (text: string) => (code !== undefined && QUOTES_VALUE.test(code) ? text.replaceAll(/: ".*"/g, '') : text)
  return {
    type: error.name,
    message: clean(error.message),
    ...(code === undefined ? {} : { code }),
    ...(error.stack === undefined ? {} : { stack: clean(error.stack) }),
    ...(error.cause === undefined || depth >= MAX_CAUSES ? {} : { cause: tellError(error.cause, depth + 1) }),
  }
}

export function createLog(level: string, destination: DestinationStream): Logger {
  const anywhere = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`])
  const asked = SECRET_ASKED.flatMap((name) => [`body.${name}`, `*.body.${name}`, `query.${name}`, `*.query.${name}`])
  const paths = [...anywhere, ...asked, '*.headers["set-cookie"]', '*.*.headers["set-cookie"]']
  return pino({ level, serializers: { err: tellError }, redact: { paths, censor: '[cut]' }, base: null }, destination)
}
