import type { Protocol } from '../protocol.ts'
import { dissector, type Kafka, type KafkaState } from './kafka.ts'
import { observe } from './observe.ts'

export const kafka: Protocol<Kafka, KafkaState> = { dissector, observe }
