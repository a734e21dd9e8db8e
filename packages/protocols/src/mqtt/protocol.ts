import type { Protocol } from '../protocol.ts'
import { dissector, type Mqtt, type MqttState } from './mqtt.ts'
import { ended, observe } from './observe.ts'
import { logs, zeek, zeekEnded } from './zeek.ts'

export const mqtt: Protocol<Mqtt, MqttState> = { dissector, observe, ended, logs, zeek, zeekEnded }
