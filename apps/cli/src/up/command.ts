/** `isthmus up`: server, console, database and the demonstration plant, until Ctrl-C. */
import type { Command } from '../command.ts'
import { wholeNumber } from '../options.ts'
import { UsageError } from '../usage.ts'
import { version } from '../version.ts'

export const up: Command = {
  options: [
    { name: 'port', value: 'N', help: 'port of the console (environment: ISTHMUS_PORT)' },
    { name: 'data', value: 'DIR', help: 'folder for the data (environment: ISTHMUS_DATA)' },
    { name: 'no-plant', help: 'without the demonstration plant' },
  ],
  async run({ values, positionals }, console) {
    if (positionals.length > 0) throw new UsageError(`up takes no "${positionals[0]}"`)
    const env: Record<string, string | undefined> = { ...console.env }
    if (typeof values.port === 'string') env.ISTHMUS_PORT = String(wholeNumber('port', values.port, 0))
    if (typeof values.data === 'string') env.ISTHMUS_DATA = values.data
    const { main } = await import('@isthmus/server')
    return main({ env, out: console.out, err: console.err, version: version(), hasPlant: values['no-plant'] !== true })
  },
}
