/** The server's log: one JSON object a line, with everything secret cut out by name as a last line of defence. */
import { type DestinationStream, type Logger, pino } from 'pino'

const SECRET = [
  'password',
  'oneTimePassword',
  'totp',
  'code',
  'secret',
  'token',
  'cookie',
  'authorization',
  'passwordHash',
  'current',
  'uri',
]

export function createLog(level: string, destination: DestinationStream): Logger {
  const paths = SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`])
  return pino(
    { level, redact: { paths: [...paths, '*.headers["set-cookie"]', '*.*.headers["set-cookie"]'], censor: '[cut]' }, base: null },
    destination,
  )
}
