/** `isthmus show`: what each stage makes of a packet, or one line for each of many. */
import { explainPackets } from '@isthmus/sensor'
import type { Command } from '../command.ts'
import { wholeNumber } from '../options.ts'
import { styleOf } from '../terminal/style.ts'
import { grouped } from '../text.ts'
import { STATUS, UsageError } from '../usage.ts'
import { FindingWatch } from './finding-watch.ts'
import { packetLine, packetText } from './packet-text.ts'

const LIMIT = 100

export const show: Command = {
  options: [
    { name: 'packet', short: 'p', value: 'N', help: 'the packet to explain, from 1 as Wireshark counts' },
    { name: 'from', value: 'N', help: 'first packet of the list (default: 1)' },
    { name: 'limit', short: 'n', value: 'N', help: `packets of the list (default: ${LIMIT})` },
  ],
  async run({ values, positionals }, console) {
    const [path] = positionals
    if (path === undefined || positionals.length > 1) throw new UsageError('name one capture')
    const single = typeof values.packet === 'string' ? wholeNumber('packet', values.packet) : undefined
    if (single !== undefined && (values.limit !== undefined || values.from !== undefined))
      throw new UsageError('--packet explains one packet: --from and --limit list many')
    const from = single ?? (typeof values.from === 'string' ? wholeNumber('from', values.from) : 1)
    const to = single ?? from + (typeof values.limit === 'string' ? wholeNumber('limit', values.limit) : LIMIT) - 1
    const watch = new FindingWatch()
    const { packets, problems } = await explainPackets(path, { from, to, observed: (o, packet) => watch.take(o, packet) })
    const style = styleOf(console)
    for (const view of packets) {
      const lines = single === undefined ? [packetLine(view, style)] : packetText(view, watch.of(view.number), style)
      console.out.write(`${lines.join('\n')}\n`)
    }
    for (const p of problems) console.err.write(`isthmus: byte ${grouped(p.offset)}: ${p.reason}\n`)
    if (packets.length === 0 && problems.length === 0) {
      console.err.write(`isthmus: the capture has no packet ${from}\n`)
      return STATUS.nothing
    }
    return problems.length === 0 ? STATUS.ok : packets.length > 0 ? STATUS.partly : STATUS.nothing
  },
}
