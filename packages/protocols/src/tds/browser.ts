/**
 * The SQL Server Resolution Protocol: a server's browser service lists its instances.
 *
 *   request: 0x02 or 0x03 (all), 0x04 name NUL        answer: 0x05, length u16 little-endian, `ServerName;X;InstanceName;…;;`
 *
 * Spec: [MC-SQLR] §2.2.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type SeenMessage } from '@isthmus/wire'
import type { Protocol, Sink } from '../protocol.ts'

export type Browser = {
  type: number
  instance: string /** One list of names and values an instance. */
  instances: ReadonlyMap<string, string>[]
}

const ANSWER = 5
const MAX_INSTANCES = 32
const PORT = 1434

export const dissector: Dissector<Browser> = {
  name: 'sql-browser',
  ports: ['udp/1434'],
  maxFrame: 65_507,
  frame(head, ctx) {
    if (head.left < 1) return NEED_MORE
    const type = head.peek()
    if (type === ANSWER && ctx.from === 'server') {
      const text = String.fromCharCode(head.peek(3), head.peek(4), head.peek(5), head.peek(6))
      return head.left > 3 && text === 'Serv' ? head.left : NOT_MINE
    }
    if (ctx.flow.serverPort !== PORT || ctx.from === 'server') return NOT_MINE
    return ((type === 2 || type === 3) && head.left === 1) || (type === 4 && head.left <= 34) ? head.left : NOT_MINE
  },
  key: () => 0,
  parse(r) {
    const m: Browser = { type: r.u8('type'), instance: '', instances: [] }
    if (m.type === 4) m.instance = r.cstring(32, 'instance')
    else if (m.type === ANSWER) {
      r.u16le('length')
      for (const line of r.text(r.left, 'instances').split(';;').slice(0, MAX_INSTANCES)) {
        const words = line.split(';').slice(0, 32)
        const pairs = new Map<string, string>()
        for (let i = 0; i + 1 < words.length; i += 2) pairs.set(words[i]!, words[i + 1]!)
        if (pairs.size > 0) m.instances.push(pairs)
      }
    }
    if (r.left > 0) r.view(r.left, 'more')
    return m
  },
  side: (head) => (head.peek() === ANSWER ? 'server' : 'client'),
}

function observe({ message: m }: SeenMessage<Browser>, sink: Sink): void {
  if (m.type !== ANSWER) return
  if (!sink.again('list'))
    sink.operation('list', { operation: 'list instances', object: '', access: 'identify', ok: true, error: '', part: undefined })
  for (const pairs of m.instances) {
    const part = `instance ${pairs.get('InstanceName') ?? ''}`
    sink.hint('server', 'name', pairs.get('ServerName'), 0.9)
    const version = pairs.get('Version')
    sink.hint('server', 'software', version === undefined ? undefined : `Microsoft SQL Server ${version}`, 1, part)
    sink.hint('server', 'role', 'database server', 0.9)
  }
}

export const sqlBrowser: Protocol<Browser> = { dissector, observe }
