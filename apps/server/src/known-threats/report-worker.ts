/** Reads a list of indicators in a thread of its own: a large one keeps it busy for seconds. */
import { parentPort, workerData } from 'node:worker_threads'
import { reportOfIndicators } from './report.ts'

const { name, text } = workerData as { readonly name: string; readonly text: string }
parentPort?.postMessage(reportOfIndicators(name, text))
