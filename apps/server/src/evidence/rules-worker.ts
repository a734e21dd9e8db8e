/** Compiles the rules of a site in a thread of its own: what people wrote and what packs brought may be large. */
import { parentPort, workerData } from 'node:worker_threads'
import { withRules, withSettings } from '@isthmus/content'
import { contentInForce } from '../ingest/content.ts'
import { sourcesOf } from '../own-rules/check.ts'
import { briefOf, type RulesQuestion } from './rules-in-force.ts'

const { texts, settings } = workerData as RulesQuestion
const own = withRules(contentInForce(), texts.flatMap(sourcesOf))
const content = settings === null ? own : withSettings(own, settings)
parentPort?.postMessage(content.rules.map(briefOf))
