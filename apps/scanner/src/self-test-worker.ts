/** The self-test in a thread of its own, which may wait. */
import { parentPort } from 'node:worker_threads'
import { selfTest } from './self-test.ts'

parentPort?.postMessage(await selfTest())
