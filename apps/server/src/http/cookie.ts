/** The session cookie: not readable by scripts, not sent by other sites, never with a domain. */
const NAME = 'isthmus_session'
const BASE = 'Path=/; HttpOnly; SameSite=Strict'

export function readSession(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === NAME && value !== undefined && /^[\w-]{43}$/.test(value)) return value
  }
  return undefined
}

export function writeSession(token: string, seconds: number, isHttps: boolean): string {
  return `${NAME}=${token}; ${BASE}; Max-Age=${seconds}${isHttps ? '; Secure' : ''}`
}

export const clearSession = (): string => `${NAME}=; ${BASE}; Max-Age=0`
