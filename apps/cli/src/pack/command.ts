/** `isthmus pack`: makes a signed content pack out of a folder, says what one holds, and takes it apart. */
import type { Command, Console } from '../command.ts'
import type { Parsed } from '../options.ts'
import { STATUS, UsageError } from '../usage.ts'
import { checkPack } from './check.ts'
import { makeKey } from './key.ts'
import { makePack } from './make.ts'
import { unpack } from './unpack.ts'

const ACTIONS: Readonly<Record<string, (subject: string, option: (name: string) => string, console: Console) => Promise<number>>> = {
  make: (folder, option, console) =>
    makePack(folder, { name: option('name'), version: option('version'), key: option('key'), out: option('out') }, console),
  check: (file, option, console) => checkPack(file, option('key'), console),
  unpack: (file, option, console) => unpack(file, { key: option('key'), out: option('out') }, console),
  key: (name, _, console) => makeKey(name, console),
}

export const pack: Command = {
  options: [
    { name: 'name', value: 'NAME', help: 'make: what the pack is called; packs of one name are versions of one another' },
    { name: 'version', value: 'N', help: 'make: a whole number, higher than that of the pack before' },
    { name: 'key', value: 'FILE', help: 'make: the private key that signs; check, unpack: the public key that must have signed' },
    { name: 'out', value: 'PATH', help: 'make: the file to write; unpack: the folder to write into' },
  ],
  async run({ values, positionals }: Parsed, console) {
    const [action = '', subject, ...more] = positionals
    const act = ACTIONS[action]
    if (act === undefined) throw new UsageError(`pack wants one of ${Object.keys(ACTIONS).join(', ')}`)
    if (subject === undefined || more.length > 0) throw new UsageError(`pack ${action} wants one name`)
    const option = (name: string): string => {
      const value = values[name]
      if (typeof value !== 'string' || value === '') throw new UsageError(`pack ${action} wants --${name}`)
      return value
    }
    try {
      return await act(subject, option, console)
    } catch (error) {
      if (error instanceof UsageError || !(error instanceof Error)) throw error
      console.err.write(`isthmus: ${error.message}\n`)
      return STATUS.nothing
    }
  },
}
