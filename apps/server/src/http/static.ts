/** The built console: a fixed set of files known at the start, so no request's path ever reaches the disk. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}

type File = { readonly bytes: Buffer; readonly type: string; readonly tag: string; readonly isForever: boolean }
export type Console = ReadonlyMap<string, File>

export function readConsole(folder: string): Console {
  const files = new Map<string, File>()
  if (!existsSync(folder)) return files
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const url = `/${relative(folder, path).split(sep).join('/')}`
    const bytes = readFileSync(path)
    const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    // The bundler puts a hash of the content into the names under assets/: such a file never changes.
    files.set(url, { bytes, type: TYPES[extname(path)] ?? 'application/octet-stream', tag, isForever: url.startsWith('/assets/') })
  }
  return files
}

/** A file, or the console's page for every address that is one of its views. */
export function sendConsole(files: Console, request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  const path = request.url.split('?')[0] ?? '/'
  const file = files.get(path) ?? (extname(path) === '' ? files.get('/index.html') : undefined)
  if (!file) return undefined
  void reply.header('etag', file.tag).header('cache-control', file.isForever ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (request.headers['if-none-match'] === file.tag) return reply.code(304).send()
  return reply.type(file.type).send(file.bytes)
}
