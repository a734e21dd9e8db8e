/**
 * TASE.2 (ICCP) in MMS: control centres that share points, each with the other's bilateral table as a domain. Spec: IEC 60870-6-503 §8
 * (objects), IEC 60870-6-802 §8 (points): a value with a byte of flags, with or without time.
 */
import type { TagValue } from '@isthmus/model'
import { type Data, firstLeaf, KIND } from './data.ts'
import { TASE2_NAMES } from './mms.table.ts'

type Quality = 'good' | 'uncertain' | 'bad'
type Point = { readonly value: TagValue; readonly type: string; readonly quality: Quality }

const FLAGS = 8
/** Validity: valid, held, suspect, not valid (IEC 60870-6-802 §8.1.1). */
const VALIDITIES: Readonly<Record<string, Quality>> = { '00': 'good', '01': 'uncertain', '10': 'uncertain', '11': 'bad' }
const STATES: Readonly<Record<string, string>> = { '00': 'between', '01': 'off', '10': 'on', '11': 'invalid' }

export function isTase2Name(name: string): boolean {
  const item = name.slice(name.indexOf('/') + 1)
  return TASE2_NAMES.has(item)
}

/** A real or discrete value with its flags; undefined for any other structure. A state is inside its flags. */
export function pointOf({ kind, parts }: Data): Point | undefined {
  if (kind !== KIND.structure || parts.length < 2 || parts.length > 4) return undefined
  const [first, second] = parts as [Data, Data]
  if ((first.kind === KIND.float || first.kind === KIND.integer) && isFlags(second)) {
    return { value: first.value!, type: first.type, quality: VALIDITIES[String(second.value).slice(0, 2)]! }
  }
  // StateQ with time: the bit string holds the state in its first two bits, then the validity.
  if (isFlags(first) && (second.kind === KIND.integer || second.kind === KIND.unsigned || second.kind === KIND.binaryTime))
    return stateOf(first)
  return undefined
}

/** A state point without time is its flags alone. */
export function stateOf(data: Data): Point | undefined {
  if (!isFlags(data)) return undefined
  const text = String(data.value)
  return { value: STATES[text.slice(0, 2)]!, type: 'state', quality: VALIDITIES[text.slice(2, 4)]! }
}

const isFlags = ({ kind, value }: Data): boolean => kind === KIND.bits && typeof value === 'string' && value.length === FLAGS

/** Text of `TASE2_Version`: year and month. */
export function versionOf(data: Data): string {
  return data.parts.length === 2 ? data.parts.map((part) => String(part.value)).join('-') : String(firstLeaf(data)?.value ?? '')
}
