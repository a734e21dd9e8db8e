import type { TsharkComparison } from '../testing/tshark.ts'
import type { Kafka, KafkaState } from './kafka.ts'

export const kafkaFields: TsharkComparison<Kafka, KafkaState> = {
  protocol: 'kafka',
  filter: 'kafka',
  captures: ['it/kafka'],
  fields: {
    'kafka.api_key': (m) => (m.isRequest ? m.key : undefined),
    'kafka.api_version': (m) => (m.isRequest ? m.version : undefined),
    'kafka.correlation_id': (m) => m.correlation,
    'kafka.topic_name': (m) => m.topics,
  },
}
