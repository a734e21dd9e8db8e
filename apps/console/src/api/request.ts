/** The one way to the server: JSON over the same origin, session cookie, refusals as typed errors. */

const PREFIX = '/api/v1'

/** A refusal or a failure, in the server's words where it had any. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: unknown

  constructor(status: number, code: string, message: string, details: unknown) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export function url(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(name, String(value))
  const text = search.toString()
  return `${PREFIX}${path}${text === '' ? '' : `?${text}`}`
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return send<T>('GET', url(path, query), undefined, signal)
}

export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>('POST', url(path), body)
}

export async function put<T>(path: string, body: unknown): Promise<T> {
  return send<T>('PUT', url(path), body)
}

export async function remove<T>(path: string): Promise<T> {
  return send<T>('DELETE', url(path), undefined)
}

/** The header no form or image of another site can set: together with the Origin check it stops forged requests. */
export const CSRF_HEADER = 'x-isthmus'

async function send<T>(method: string, target: string, body: unknown, signal?: AbortSignal): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(target, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', [CSRF_HEADER]: '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new ApiError(0, 'unreachable', 'The server does not answer. Check the network and that Isthmus is running.', undefined)
  }
  return read<T>(answer)
}

/** A file as it is, as the body. What is wrong with a file stands in the details: a refusal says them. */
export async function upload<T>(path: string, file: File, query?: Query): Promise<T> {
  const headers = { accept: 'application/json', [CSRF_HEADER]: '1', 'content-type': 'application/octet-stream' }
  try {
    return await read<T>(await fetch(url(path, query), { method: 'POST', credentials: 'same-origin', headers, body: file }))
  } catch (cause) {
    if (!(cause instanceof ApiError) || !Array.isArray(cause.details)) throw cause
    const why = (cause.details as readonly { readonly why?: unknown }[]).map((detail) => String(detail.why ?? '')).join(' · ')
    throw new ApiError(cause.status, cause.code, `${cause.message} ${why}`.trim(), cause.details)
  }
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text()
  const value = parse(text)
  if (answer.ok) return value as T
  const refusal = (typeof value === 'object' && value !== null ? value : {}) as { code?: string; message?: string; details?: unknown }
  throw new ApiError(
    answer.status,
    refusal.code ?? `http-${answer.status}`,
    (refusal.code === 'not-valid' ? fieldsNamed(refusal.details) : undefined) ??
      refusal.message ??
      `The server answered ${answer.status} without saying why.`,
    refusal.details,
  )
}

/** What is wrong with which field; undefined where the refusal names none. */
function fieldsNamed(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined
  const lines = (details as readonly { field?: unknown; why?: unknown }[])
    .filter(({ field, why }) => typeof field === 'string' && typeof why === 'string')
    .map(({ field, why }) => `${field}: ${why}`)
  return lines.length === 0 ? undefined : lines.join('. ')
}

function parse(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
