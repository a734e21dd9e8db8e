/** Compiles a text of rules in a thread of its own: what somebody writes must not hold up the others. */
import { parentPort, workerData } from 'node:worker_threads'
import { loadContent } from '@isthmus/content'
import { checkOwn, type OwnText } from './check.ts'

export type CheckQuestion = { readonly own: OwnText; readonly others: readonly OwnText[] }

const { own, others } = workerData as CheckQuestion
parentPort?.postMessage(checkOwn(loadContent(), own, others))
