/** The `isthmus` command: finds the command in the table, parses its options, runs it. */
import type { CommandRow, Console } from './command.ts'
import { COMMANDS } from './commands.ts'
import { nearest, type OptionRow, parseOptions } from './options.ts'
import { STATUS, UsageError } from './usage.ts'
import { version } from './version.ts'

/** @returns the exit status */
export async function main(
  args: readonly string[],
  console: Console = { out: process.stdout, err: process.stderr, env: process.env },
): Promise<number> {
  // A reader that has seen enough (`| head`) closes the pipe: that is no failure.
  for (const stream of [console.out, console.err])
    stream.on('error', (error: NodeJS.ErrnoException) => error.code === 'EPIPE' && process.exit(0))
  const [word, ...rest] = args
  if (word === undefined || word === 'help' || word === '--help' || word === '-h') return help(rest[0], console)
  if (word === 'version' || word === '--version' || word === '-V') {
    console.out.write(`isthmus ${version()}\n`)
    return STATUS.ok
  }
  const row = COMMANDS.find((r) => r.name === word)
  if (row === undefined) return complain(unknown(word), console)
  try {
    if (rest.includes('--help') || rest.includes('-h')) return await help(word, console)
    const command = await row.load()
    return await command.run(parseOptions(rest, command.options), console)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return complain(`${error.message}\nUsage: isthmus ${row.usage}`, console)
  }
}

async function help(word: string | undefined, console: Console): Promise<number> {
  if (word === undefined) {
    console.out.write(overview())
    return STATUS.ok
  }
  const row = COMMANDS.find((r) => r.name === word)
  if (row === undefined) return complain(unknown(word), console)
  const { options } = await row.load()
  console.out.write(
    `Usage: isthmus ${row.usage}\n\n  ${row.summary}\n${options.length === 0 ? '' : `\n${columns(options.map(optionText))}`}`,
  )
  return STATUS.ok
}

function overview(): string {
  const rows = COMMANDS.map((row: CommandRow) => [row.name, row.summary] as const)
  return `Usage: isthmus COMMAND [OPTIONS]\n\n${columns([...rows, ['help', 'this text; `isthmus help COMMAND` for one command'], ['version', 'the version']])}`
}

function optionText(row: OptionRow): readonly [string, string] {
  return [`${row.short === undefined ? '' : `-${row.short}, `}--${row.name}${row.value === undefined ? '' : ` ${row.value}`}`, row.help]
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('')
}

function unknown(word: string): string {
  const near = nearest(
    word,
    COMMANDS.map((row) => row.name),
  )
  return `unknown command "${word}"${near === undefined ? '' : `; did you mean "${near}"?`}\nCommands: ${COMMANDS.map((row) => row.name).join(', ')}, help, version`
}

function complain(message: string, console: Console): number {
  console.err.write(`isthmus: ${message}\n`)
  return STATUS.usage
}
