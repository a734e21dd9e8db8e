/** Controls of IEC 61850 (part 7-2 §20, part 8-1 §20): select, operate and cancel are reads and writes of one object's members. */
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { type Data, firstLeaf, KIND } from './data.ts'
import { ADD_CAUSES, DATA_ERRORS, ORIGINS } from './mms.table.ts'
import type { MmsState } from './state.ts'
import { tell, wroteTag } from './teller.ts'

type Act = { readonly object: string; readonly act: 'select' | 'select with value' | 'operate' | 'cancel' }

const ACTS: Readonly<Record<string, Act['act']>> = { SBO: 'select', SBOw: 'select with value', Oper: 'operate', Cancel: 'cancel' }

/** What is done to which control object, or undefined for any other variable. */
export function controlOf(name: string): Act | undefined {
  if (!name.includes('$CO$')) return undefined
  const at = name.lastIndexOf('$')
  const act = ACTS[name.slice(at + 1)]
  return act === undefined ? undefined : { object: name.slice(0, at), act }
}

/** An answered or unanswered select, operate or cancel. */
export function controlled(
  side: Side,
  act: Act,
  data: Data | undefined,
  ok: boolean | undefined,
  error: number,
  state: MmsState,
  sink: Sink,
): void {
  const { isTest, origin } = data === undefined ? { isTest: false, origin: '' } : detailsOf(data)
  const cause = ok === false ? causeOf(act.object, state) : ''
  const name = `${act.act}${isTest ? ' (test)' : ''}`
  const failure = ok === false ? [DATA_ERRORS[error] ?? `error ${error}`, cause].filter((s) => s !== '').join(': ') : ''
  const object = readable(act.object)
  tell(side, `${act.act} ${act.object} ${isTest} ${origin} ${ok} ${failure}`, sink, () => ({
    operation: name,
    object: origin === '' ? object : `${object} (${origin})`,
    access: 'control',
    ok,
    error: failure,
    part: undefined,
  }))
  const value = data === undefined ? undefined : firstLeaf(data)
  if (act.act === 'operate' && !isTest && value?.value !== undefined) wroteTag(side, object, value.value, value.type, ok, sink)
}

/** ctlVal, [operTm], origin, ctlNum, T, Test, Check: the test flag is the last boolean but the value. */
function detailsOf({ parts }: Data): { isTest: boolean; origin: string } {
  const origin = parts.slice(1).find(({ kind, parts: inner }) => kind === KIND.structure && inner.length === 2)
  const test = parts.slice(1).findLast(({ kind }) => kind === KIND.boolean)
  const category = origin?.parts[0]?.value
  return {
    isTest: test?.value === true,
    origin: typeof category === 'number' && category > 0 ? (ORIGINS[category] ?? `origin ${category}`) : '',
  }
}

function causeOf(object: string, state: MmsState): string {
  const { refusal } = state
  if (refusal?.object !== object) return ''
  state.refusal = undefined
  return refusal.cause
}

/**
 * LastApplError: object, error, origin, control number, AddCause. It comes before the refusing answer of an enhanced control, or beside
 * the termination of one that was under way.
 */
export function refused(data: Data, at: number, state: MmsState): string {
  const object = String(data.parts[0]?.value ?? '')
  const cause = Number(data.parts.at(-1)?.value ?? 0)
  const text = ADD_CAUSES[cause] ?? `cause ${cause}`
  const named = controlOf(object)
  state.refusal = { object: named?.object ?? object, cause: text, at }
  return text
}

/** The device says that a control with enhanced security came to its end. */
export function terminated(act: Act, cause: string, sink: Sink): void {
  const ok = cause === ''
  const key = `terminated ${act.object} ${cause}`
  if (sink.again(key)) return
  sink.operation(key, {
    operation: 'command termination',
    object: readable(act.object),
    access: 'control',
    ok,
    error: cause,
    part: undefined,
  })
}
