/** Looks into a pack off the server's event loop. */
import { parentPort, workerData } from 'node:worker_threads'
import { inspectPack, type PackQuestion } from './inspect-pack.ts'

parentPort?.postMessage(await inspectPack(workerData as PackQuestion))
