/** The engines there are: whose judgement a rule's finding is, and what people switch on and off together. */
import type { Engine } from './rule.ts'

export const ENGINES: ReadonlySet<string> = new Set<Engine>(['operation', 'policy', 'anomaly', 'threat', 'violation', 'custom'])
