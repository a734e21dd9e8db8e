/** The CONNECT packet (MQTT 3.1.1 §3.1, 5.0 §3.1): who connects, with which credentials, and its last will. */
import type { Reader } from '@isthmus/wire'
import { maskSecret } from '../mask.ts'
import type { Connect } from './mqtt.ts'
import { readProperties, text } from './properties.ts'

export function readConnect(r: Reader, anomalies: string[]): Connect {
  const c: Connect = {
    protocol: text(r, 'protocol name'),
    version: 0,
    clientId: '',
    keepAliveSeconds: 0,
    cleanStart: false,
    will: undefined,
    user: undefined,
    password: undefined,
    authMethod: '',
  }
  // The highest bit marks a bridge (a broker that connects to another).
  c.version = r.u8('protocol version') & 0x7f
  const flags = r.u8('connect flags')
  c.cleanStart = (flags & 2) !== 0
  if ((flags & 1) !== 0) anomalies.push('reserved-connect-flag')
  c.keepAliveSeconds = r.u16('keep alive')
  if (c.version === 5) c.authMethod = readProperties(r).authMethod
  c.clientId = text(r, 'client identifier')
  if ((flags & 4) !== 0) {
    if (c.version === 5) readProperties(r)
    const topic = text(r, 'will topic')
    const payload = r.view(r.u16('will payload length'), 'will payload')
    c.will = { topic, payload, qos: (flags >> 3) & 3, retain: (flags & 32) !== 0 }
    if (c.will.qos === 3) anomalies.push('invalid-qos')
  }
  if ((flags & 0x80) !== 0 && r.left > 0) c.user = text(r, 'user name')
  if ((flags & 0x40) !== 0 && r.left > 0) c.password = maskSecret(text(r, 'password'))
  return c
}
