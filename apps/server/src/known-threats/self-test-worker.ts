/** The self-test in a thread of its own, which may wait. */
import { parentPort } from 'node:worker_threads'
import { selfTest } from '@isthmus/scanner'
import { contentInForce } from '../ingest/content.ts'
import { alerted } from './self-test-alert.ts'

parentPort?.postMessage(alerted(await selfTest(), contentInForce()))
