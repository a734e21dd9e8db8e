/** Sigma's field modifiers (`field|contains|all`): which are understood, and what a value becomes under them. */
import { toBase64 } from '@isthmus/model'
import { literal, type Pattern, parsePattern } from './glob.ts'
import { type Path, Refused, show } from './refused.ts'
import { isTimePart } from './time-part.ts'

export type Operator = 'equals' | 'contains' | 'startswith' | 'endswith' | 're' | 'cidr' | 'gt' | 'gte' | 'lt' | 'lte' | 'exists'

export type Modifiers = {
  readonly operator: Operator
  readonly all: boolean
  readonly cased: boolean
  readonly negated: boolean
  readonly fieldref: boolean
  readonly regexFlags: string
  /** Of a moment, the number that is looked at. */
  readonly timePart: string | undefined
  /** Applied to each text in the order written. */
  readonly transforms: readonly Transform[]
}

type Transform = 'base64' | 'base64offset' | 'utf16le' | 'utf16be' | 'utf16' | 'windash'

const OPERATORS: ReadonlySet<string> = new Set<Operator>([
  'contains',
  'startswith',
  'endswith',
  're',
  'cidr',
  'gt',
  'gte',
  'lt',
  'lte',
  'exists',
])
const TRANSFORMS: Readonly<Record<string, Transform>> = {
  base64: 'base64',
  base64offset: 'base64offset',
  wide: 'utf16le',
  utf16le: 'utf16le',
  utf16be: 'utf16be',
  utf16: 'utf16',
  windash: 'windash',
}
const PLACES: ReadonlySet<Operator> = new Set<Operator>(['contains', 'startswith', 'endswith', 'equals'])

const NUMERIC: ReadonlySet<Operator> = new Set<Operator>(['equals', 'gt', 'gte', 'lt', 'lte'])

/** Reads the modifiers after a field's name. What is not understood is refused by name. */
export function readModifiers(names: readonly string[], path: Path): Modifiers {
  let operator: Operator = 'equals'
  let all = false
  let cased = false
  let negated = false
  let fieldref = false
  let regexFlags = ''
  let timePart: string | undefined
  const transforms: Transform[] = []
  for (const name of names) {
    const transform = Object.hasOwn(TRANSFORMS, name) ? TRANSFORMS[name] : undefined
    if (transform !== undefined) transforms.push(transform)
    else if (name === 'all') all = true
    else if (name === 'cased') cased = true
    else if (name === 'neq') negated = true
    else if (name === 'fieldref') fieldref = true
    else if (isTimePart(name) && timePart === undefined) timePart = name
    else if (OPERATORS.has(name)) {
      if (operator !== 'equals') throw new Refused(path, `the modifiers ${operator} and ${name} exclude each other`)
      operator = name as Operator
    } else if (/^[ims]$/.test(name) && operator === 're') regexFlags += name
    else throw new Refused(path, `the modifier "${name}" is not supported`)
  }
  if (fieldref && !PLACES.has(operator)) throw new Refused(path, `fieldref cannot be combined with ${operator}`)
  if (transforms.length > 0 && !PLACES.has(operator)) throw new Refused(path, `${transforms[0]} cannot be combined with ${operator}`)
  const encoded = transforms.some((t) => t === 'base64' || t === 'base64offset')
  if (transforms.some((t) => t.startsWith('utf16')) && !encoded) {
    throw new Refused(path, 'an utf16 modifier needs base64 or base64offset after it: our fields hold text, not bytes')
  }
  if (timePart !== undefined && (!NUMERIC.has(operator) || fieldref || transforms.length > 0))
    throw new Refused(path, `${timePart} is a number: it is combined with gt, gte, lt, lte and neq only`)
  return { operator, all, cased, negated, fieldref, regexFlags, timePart, transforms }
}

/** The patterns a text of the rule stands for: one, or several where a transformation has variants. */
export function patternsOf(value: string, modifiers: Modifiers, path: Path): readonly Pattern[] {
  if (modifiers.transforms.length === 0) return [parsePattern(value)]
  if (modifiers.transforms.every((t) => t === 'windash')) return dashes(value, path).map(parsePattern)
  let variants: readonly (string | Uint8Array)[] = [value]
  for (const transform of modifiers.transforms) variants = variants.flatMap((variant) => apply(transform, variant, path))
  return variants.map((variant) => {
    if (typeof variant !== 'string') throw new Refused(path, 'base64 must be the last transformation')
    return literal(variant)
  })
}

function apply(transform: Transform, value: string | Uint8Array, path: Path): readonly (string | Uint8Array)[] {
  if (transform === 'windash') return dashes(textOnly(value, path), path)
  if (transform === 'base64') return [toBase64(bytesOf(value))]
  if (transform === 'base64offset') return offsets(bytesOf(value))
  const units = textOnly(value, path)
  if (transform === 'utf16') return [utf16(`\ufeff${units}`, true)]
  return [utf16(units, transform === 'utf16le')]
}

function textOnly(value: string | Uint8Array, path: Path): string {
  if (typeof value !== 'string') throw new Refused(path, `this order of transformations is not supported: ${show('text expected')}`)
  return value
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value
}

function utf16(value: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(value.length * 2)
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    bytes[2 * i] = little ? unit & 0xff : unit >> 8
    bytes[2 * i + 1] = little ? unit >> 8 : unit & 0xff
  }
  return bytes
}

/** A text inside a longer base64 text has one of three forms; characters that mix with its neighbours are cut off. */
function offsets(bytes: Uint8Array): string[] {
  const heads = [0, 2, 3]
  const tails = [0, 3, 2]
  return [0, 1, 2].map((shift) => {
    const shifted = new Uint8Array(shift + bytes.length)
    shifted.set(bytes, shift)
    const encoded = toBase64(shifted)
    return encoded.slice(heads[shift], encoded.length - tails[shifted.length % 3]!)
  })
}

/** Signs before options that one text may have: each stands for any of five. */
const MAX_DASHES = 3
const DASH = /(?<=^|\s)[-/\u2013\u2014\u2015](?=\w)/g

/** Windows takes any of these as the sign before an option. */
function dashes(value: string, path: Path): string[] {
  const places = [...value.matchAll(DASH)].map(({ index }) => index)
  if (places.length > MAX_DASHES) throw new Refused(path, `windash takes up to ${MAX_DASHES} options in one text`)
  let variants = [value]
  for (const at of places)
    variants = variants.flatMap((variant) =>
      ['-', '/', '\u2013', '\u2014', '\u2015'].map((sign) => variant.slice(0, at) + sign + variant.slice(at + 1)),
    )
  return variants
}
