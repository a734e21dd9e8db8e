/** Fox in the platform's words: who both ends are, who signs in, what is asked of the station. */
import type { Access } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { FoxState, NiagaraFox } from './niagara-fox.ts'

export function observe({ message: m, from, state }: SeenMessage<NiagaraFox, FoxState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`niagara-fox.${name}`)
  const operation = `${m.channel} ${m.command}`.trim()
  if (m.channel === 'fox') session(m, from, operation, state, sink)
  else if (from === 'client' && !sink.again(operation)) {
    sink.operation(operation, {
      operation,
      object: readable(m.fields.get('ord') ?? m.fields.get('path') ?? ''),
      access: accessOf(m.command),
      ok: undefined,
      error: '',
      part: undefined,
    })
  }
}

/** What a command does, by the words its name is made of. */
function accessOf(command: string): Access {
  if (/write|set|invoke|override|action/i.test(command)) return 'write'
  if (/add|remove|delete|rename|copy|install|put|commit|sync/i.test(command)) return 'configure'
  if (/restart|reboot|kill|stop|start/i.test(command)) return 'control'
  return /read|get|load|list|query|sub|poll/i.test(command) ? 'read' : 'unknown'
}

function session(m: NiagaraFox, from: Side, operation: string, state: FoxState, sink: Sink): void {
  if (!sink.again(operation))
    sink.operation(operation, {
      operation,
      object: '',
      access: m.command === 'hello' ? 'identify' : 'session',
      ok: undefined,
      error: '',
      part: undefined,
    })
  switch (m.command) {
    case 'hello':
      identify(m.fields, from, sink)
      return
    case 'challenge':
      state.method = m.fields.get('method') ?? state.method
      return
    case 'login':
    case 'authenticate':
      signIn(m.fields, state, sink)
      return
    case 'welcome':
    case 'loginOk':
    case 'ok':
      decided(true, state, sink)
      return
    case 'rejected':
    case 'loginFailed':
    case 'unauthorized':
      decided(false, state, sink)
      return
    default:
  }
}

function signIn(fields: ReadonlyMap<string, string>, state: FoxState, sink: Sink): void {
  const user = fields.get('username') ?? fields.get('user') ?? ''
  if (user !== '') state.user = readable(user)
  const secret = fields.get('password')
  if (secret !== undefined && secret !== '')
    sink.say({ kind: 'credential.exposed', user: state.user, mask: maskSecret(readable(secret)), weakness: 'clear' })
  if (state.user !== '') sink.hint('client', 'user', state.user, 0.9)
}

function decided(ok: boolean, state: FoxState, sink: Sink): void {
  if (state.user === '') return
  sink.say({ kind: 'login.tried', user: state.user, domain: '', method: `Fox ${state.method}`.trim(), ok })
  state.user = ''
}

const IS_ADDRESS = /^[\d.]+$|:/

function identify(fields: ReadonlyMap<string, string>, side: Side, sink: Sink): void {
  const get = (name: string): string | undefined => {
    const value = fields.get(name)
    return value === undefined || value === 'null' ? undefined : readable(value)
  }
  const host = get('hostName')
  if (host !== undefined && !IS_ADDRESS.test(host)) sink.hint(side, 'name', host, 1)
  sink.hint(side, 'project', get('station.name'), 1)
  const app = get('app.name')
  if (app !== undefined) sink.hint(side, 'software', `Niagara ${app} ${get('app.version') ?? ''}`.trim(), 1)
  const vm = get('vm.name')
  if (vm !== undefined) sink.hint(side, 'software', `${vm} ${get('vm.version') ?? ''}`.trim(), 0.9)
  const os = get('os.name')
  if (os !== undefined) sink.hint(side, 'os', `${os} ${get('os.version') ?? ''}`.trim(), 1)
  sink.hint(side, 'family', get('brandId'), 0.9)
  const hostId = get('hostId')
  sink.hint(side, 'serial', hostId, 0.9)
  // An embedded host's id names its board: Qnx-NPM6-0000-1490-C30C.
  if (hostId?.startsWith('Qnx-')) {
    sink.hint(side, 'vendor', 'Tridium', 0.7)
    sink.hint(side, 'model', hostId.split('-')[1], 0.9)
  }
  if (app === 'Station') sink.hint(side, 'type', 'building-controller', 0.9)
  else if (app === 'Workbench') sink.hint(side, 'type', 'engineering-station', 0.9)
}
