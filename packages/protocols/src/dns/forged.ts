/**
 * Two different answers to one question: somebody answers in the server's name. Who forges an answer sees the question or
 * guesses its number, and cannot hold the true answer back.
 */
import type { Micros } from '@isthmus/model'
import { type Asked, codeName, type Dns } from './dns.ts'
import { lowerCase } from './name.ts'

/** The true answer is on its way when the false one comes. */
const TOGETHER_US = 2_000_000
const MAX_ASKED = 64

const questionOf = (m: Dns): string | undefined => {
  const [q] = m.questions
  return q === undefined ? undefined : `${lowerCase(q.name)} ${q.type}`
}

const answerOf = (m: Dns): string =>
  `${codeName(m)} ${m.answers
    .map((a) => a.value ?? '')
    .sort()
    .join(' ')}`

export function asks(m: Dns, open: Map<number, Asked>): void {
  const question = questionOf(m)
  if (question === undefined) return
  const known = open.get(m.id)
  if (known?.question === question) {
    known.questions++
    return
  }
  open.delete(m.id)
  if (open.size >= MAX_ASKED) open.delete(open.keys().next().value!)
  open.set(m.id, { question, questions: 1, answers: 0, told: '', toldAt: 0 })
}

/** True when this answer is not the one that was given to the same question a moment ago. */
export function contradicts(m: Dns, at: Micros, open: Map<number, Asked>): boolean {
  const known = open.get(m.id)
  if (known === undefined || known.question !== questionOf(m)) return false
  const answer = answerOf(m)
  const isOther = known.told !== '' && known.told !== answer
  known.answers++
  if (known.told === '') {
    known.told = answer
    known.toldAt = at
  }
  return isOther && known.answers > known.questions && at - known.toldAt <= TOGETHER_US
}
