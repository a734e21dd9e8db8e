/** A folder → a signed pack. What a file is, its folder or its name says. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { MAX_PACK_BYTES, type PackFile, type PackKind, PackRefused, signPack } from '@isthmus/content/pack'
import type { Console } from '../command.ts'
import { STATUS, UsageError } from '../usage.ts'

const KINDS: readonly (readonly [RegExp, PackKind])[] = [
  [/\.ya?ml$/i, 'rule'],
  [/\.yara?$/i, 'yara'],
  [/\.(?:json|csv)$/i, 'indicators'],
]

export async function makePack(
  folder: string,
  { name, version, key, out }: { name: string; version: string; key: string; out: string },
  console: Console,
): Promise<number> {
  if (!/^\d+$/.test(version)) throw new UsageError('--version wants a whole number')
  const about = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '')
  const files = await filesOf(folder)
  const issued = `${new Date().toISOString().slice(0, 19)}Z`
  const text = signPack({ pack: name, version: Number(version), issued, about: about.trim().slice(0, 2000), files }, await privateKey(key))
  await writeFile(out, text)
  console.out.write(`${out}: ${name} version ${version}, ${files.length} files\n`)
  return STATUS.ok
}

async function filesOf(folder: string): Promise<PackFile[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = found.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  const files: PackFile[] = []
  let bytes = 0
  for (const path of paths.sort()) {
    const kind = KINDS.find(([name]) => name.test(path))?.[1]
    if (kind === undefined) continue
    const text = await readFile(join(folder, path), 'utf8')
    bytes += text.length
    if (bytes > MAX_PACK_BYTES) throw new PackRefused(`${folder} holds more than ${MAX_PACK_BYTES} bytes`)
    files.push({ path: path.split(sep).join('/'), kind, text })
  }
  if (files.length === 0) throw new PackRefused(`${folder} holds no .yaml, .yar, .json or .csv file`)
  return files
}

async function privateKey(path: string): Promise<KeyObject> {
  const pem = await readFile(path, 'utf8')
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Said below: what the library says of a key's text is not for people.
  }
  throw new PackRefused(`${path} is no Ed25519 private key in PEM`)
}
