/** Reads what a hunt's request brings with it in a thread of its own: what somebody writes must not hold up the others. */
import { parentPort, workerData } from 'node:worker_threads'
import type { GivenAnswer, GivenQuestion } from './ask-given.ts'
import { readGiven } from './hunt.ts'

const { source, indicators } = workerData as GivenQuestion
const given = readGiven(source, indicators)
const answer: GivenAnswer = {
  rules: given.rules.length,
  cost: given.rules.reduce((sum, { cost }) => sum + cost, 0),
  indicators: given.indicators?.size ?? 0,
  errors: given.errors,
}
parentPort?.postMessage(answer)
