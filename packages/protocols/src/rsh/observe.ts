/** rsh, rlogin and rexec in the platform's words: who runs what on which host, on nothing but a name or a password in clear. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { hideSecrets, maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { Rsh, RshState } from './rsh.ts'

const MAX_COMMAND = 160
const METHODS: Readonly<Record<Rsh['service'], string>> = {
  rexec: 'rexec password',
  rlogin: 'rlogin trust',
  rsh: 'rsh trust',
  'remote command': 'rsh trust or rexec password',
}

export function observe({ message: m, state }: SeenMessage<Rsh, RshState>, sink: Sink): void {
  if (m.kind === 'opening') {
    const [, first = '', second = ''] = m.words
    if (m.service === 'rexec')
      sink.say({ kind: 'credential.exposed', user: readable(first), mask: maskSecret(readable(second)), weakness: 'clear' })
    else sink.hint('client', 'user', readable(first), 0.7)
  } else if (m.kind === 'answer' && state.opening !== undefined) {
    settle(state.opening, m.code === 0, m.code === 0 ? '' : readable(m.text).slice(0, 120), sink)
    state.opening = undefined
  }
}

export function ended(state: RshState, sink: Sink): void {
  if (state.opening !== undefined) settle(state.opening, undefined, '', sink)
  state.opening = undefined
}

function settle({ service, words }: Rsh, ok: boolean | undefined, error: string, sink: Sink): void {
  const [, first = '', second = '', last = ''] = words.map(readable)
  const user = service === 'rexec' ? first : second || first
  // rsh and rlogin trust the client's word for who its user is.
  sink.say({ kind: 'login.tried', user, domain: '', method: METHODS[service], ok })
  const object = service === 'rlogin' ? '' : hideSecrets(last).slice(0, MAX_COMMAND)
  const operation = service === 'rlogin' ? 'remote login' : 'remote command'
  const key = `${operation} ${object} ${ok}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access: 'control', ok, error, part: undefined })
}
