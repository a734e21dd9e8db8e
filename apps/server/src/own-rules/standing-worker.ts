/** Compiles what is in force at a site beside the content as it is today, in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadContent } from '@isthmus/content'
import { droppedOf, type OwnText } from './check.ts'

parentPort?.postMessage(droppedOf(loadContent(), workerData as readonly OwnText[]))
