import type { TsharkComparison } from '../testing/tshark.ts'
import type { Mqtt, MqttState } from './mqtt.ts'

export const mqttFields: TsharkComparison<Mqtt, MqttState> = {
  protocol: 'mqtt',
  filter: 'mqtt && !tcp.analysis.retransmission',
  captures: ['ot/mqtt'],
  fields: {
    'mqtt.msgtype': (m) => m.type || undefined,
    'mqtt.clientid': (m) => m.connect?.clientId || undefined,
    'mqtt.ver': (m) => m.connect?.version,
    'mqtt.username': (m) => m.connect?.user,
    'mqtt.topic': (m) => (m.type === 3 ? m.topic || undefined : m.filters.map(({ filter }) => filter)),
    // 3.1 has the bits in requests that are acknowledged as well.
    'mqtt.qos': (m, { state }) =>
      m.type === 3 || (state.version === 3 && (m.type === 8 || m.type === 10)) ? (m.flags >> 1) & 3 : undefined,
    'mqtt.conack.val': (m, { state }) => (m.type === 2 && state.version < 5 ? m.codes[0] : undefined),
    'mqtt.connack.reason_code': (m, { state }) => (m.type === 2 && state.version === 5 ? m.codes[0] : undefined),
  },
}
