/** A pack whose signature holds → a folder, for `--rules`, `--indicators` and `--yara`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Console } from '../command.ts'
import { STATUS } from '../usage.ts'
import { openPack } from './open.ts'

export async function unpack(file: string, { key, out }: { key: string; out: string }, console: Console): Promise<number> {
  const { files } = await openPack(file, key)
  for (const { path, text } of files) {
    const to = join(out, path)
    await mkdir(dirname(to), { recursive: true })
    // What is there already is somebody's: a pack is unpacked into a folder of its own.
    await writeFile(to, text, { flag: 'wx' })
  }
  console.out.write(`${out}: ${files.length} files\n`)
  return STATUS.ok
}
