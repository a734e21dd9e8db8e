/** `isthmus new protocol NAME`: runs the scaffolding tool of the source tree. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from '../command.ts'
import { UsageError } from '../usage.ts'

const tool = fileURLToPath(new URL('../../../../tools/new.ts', import.meta.url))

export const create: Command = {
  options: [],
  run: (parsed) => {
    if (parsed.positionals.length !== 2) throw new UsageError('say what to lay out and its name')
    if (!existsSync(tool)) throw new UsageError('only in a source tree: tools/new.ts is not here')
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [tool, ...parsed.positionals], { stdio: 'inherit' })
      child.on('error', reject)
      child.on('exit', (code) => resolve(code ?? 1))
    })
  },
}
