/** CIP Safety: what supervisor and validator objects are asked. Spec: ODVA, The CIP Networks Library Vol. 5, §5-4 and §5-5. */
import { Reader } from '@isthmus/wire'
import { readable, withoutPadding } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { Where } from './cip.ts'
import { ascii } from './path.ts'
import type { Service } from './service.ts'
import { hexOf } from './values.ts'

export const SUPERVISOR = 0x39
export const VALIDATOR = 0x3a
const PASSWORD = 16
/** A safety network number and the node's address in it. */
const UNIQUE_ID = 10
const CONFIGURED = 0x50

/** Attribute 11 of the supervisor. */
const STATES: Readonly<Record<number, string>> = {
  1: 'self-testing',
  2: 'idle',
  3: 'self-test exception',
  4: 'executing',
  5: 'abort',
  6: 'critical fault',
  7: 'configuring',
  8: 'waiting for its network number',
}
const FAULTS: ReadonlySet<number> = new Set([3, 5, 6])

export function observeSafety(key: number, q: Service, a: Service | undefined, ok: boolean | undefined, where: Where, sink: Sink): void {
  if (q.path.classId === VALIDATOR) return
  const r = new Reader(q.data)
  const changed = (what: string, value: string): void => sink.say({ kind: 'configuration.changed', what, value, ok })
  switch (q.code) {
    case 0x0e:
      if (q.path.attribute === 11 && ok && a !== undefined && !sink.sameBytes(key, a.data)) reported(a.data, where, sink)
      return
    case 0x4f:
      exposed(r, sink)
      changed('safety configuration', `target ${uniqueId(r)}, owner ${uniqueId(r)}`)
      return
    case CONFIGURED:
      changed('safety configuration', ok ? 'validated' : 'validation asked')
      return
    case 0x51:
      exposed(r, sink)
      changed('safety password', 'set')
      return
    case 0x52: {
      const value = r.u8() === 0 ? 'unlocked' : 'locked'
      exposed(r, sink)
      changed('safety configuration lock', `${value}, target ${uniqueId(r)}`)
      return
    }
    case 0x53: {
      const value = r.u8()
      exposed(r, sink)
      const mode = value === 1 ? 'run' : value === 0 ? 'stop' : 'unknown'
      sink.say({ kind: 'mode.changed', mode, by: 'command', detail: `safety mode ${value}`, ok })
      return
    }
    case 0x54: {
      const type = r.u8()
      exposed(r, sink)
      sink.say({ kind: 'device.restarted', how: `safety reset, ${RESETS[type] ?? `type ${type}`}`, ok })
      return
    }
    case 0x55:
      changed('safety password', 'reset')
      return
    case 0x56:
    case 0x57:
      changed('safety network number', `${q.code === 0x56 ? 'proposed' : 'applied'} ${uniqueId(r)}`)
      return
    default:
  }
}

const RESETS = ['power cycle', 'factory defaults', 'factory defaults but some attributes']

function reported(data: Uint8Array, where: Where, sink: Sink): void {
  const status = data[0] ?? 0
  const name = STATES[status]
  if (name === undefined) return
  sink.hint('server', 'state', `safety ${name}`, 0.9, where.part)
  sink.hint('server', 'type', 'safety-controller', 0.5, where.part)
  if (FAULTS.has(status)) sink.say({ kind: 'device.diagnosed', what: `safety ${name}`, fault: true })
}

/** Sixteen bytes, all zero where none is set; a device takes them as they are. */
function exposed(r: Reader, sink: Sink): void {
  const bytes = r.view(PASSWORD)
  if (r.short || bytes.every((byte) => byte === 0)) return
  sink.say({ kind: 'credential.exposed', user: '', mask: maskSecret(readable(withoutPadding(ascii(bytes)))), weakness: 'clear' })
}

function uniqueId(r: Reader): string {
  return hexOf(r.view(UNIQUE_ID))
}
