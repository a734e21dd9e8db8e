/** For tests: checks a document against the part of JSON Schema 2020-12 that our schemas use, and refuses any other keyword. */

type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly $defs?: Readonly<Record<string, Schema>>
}

const KNOWN: ReadonlySet<string> = new Set([
  '$ref',
  'type',
  'const',
  'enum',
  'anyOf',
  'pattern',
  'minimum',
  'maximum',
  'items',
  'minItems',
  'maxItems',
  'properties',
  'required',
  'additionalProperties',
  '$defs',
  '$schema',
  '$id',
  'title',
  'description',
])

/** What does not fit, as `path: why`; empty when all does. */
export function mismatches(document: unknown, schema: Schema, limit = 20): string[] {
  const out: string[] = []
  const visit = (value: unknown, s: Schema, path: string): void => {
    if (out.length >= limit) return
    for (const keyword of Object.keys(s)) if (!KNOWN.has(keyword)) throw new Error(`the checker does not know the keyword ${keyword}`)
    if (s.$ref !== undefined) return visit(value, schema.$defs![s.$ref.replace('#/$defs/', '')]!, path)
    if (s.anyOf !== undefined && !s.anyOf.some((one) => mismatches(value, { ...one, $defs: schema.$defs ?? {} }, 1).length === 0))
      out.push(`${path}: fits none of the alternatives`)
    if ('const' in s && value !== s.const) out.push(`${path}: is not ${JSON.stringify(s.const)}`)
    if (s.enum !== undefined && !s.enum.includes(value)) out.push(`${path}: ${JSON.stringify(value)} is not one of the values`)
    if (s.type !== undefined && ![s.type].flat().some((type) => hasType(value, type)))
      return void out.push(`${path}: ${JSON.stringify(value)?.slice(0, 40)} is not ${s.type}`)
    if (typeof value === 'string' && s.pattern !== undefined && !new RegExp(s.pattern).test(value))
      out.push(`${path}: ${value} does not match`)
    if (typeof value === 'number' && (value < (s.minimum ?? value) || value > (s.maximum ?? value)))
      out.push(`${path}: ${value} is out of range`)
    if (Array.isArray(value)) {
      if (value.length < (s.minItems ?? 0) || value.length > (s.maxItems ?? value.length)) out.push(`${path}: has ${value.length} elements`)
      if (s.items !== undefined) for (const [i, element] of value.entries()) visit(element, s.items, `${path}[${i}]`)
    } else if (typeof value === 'object' && value !== null) visitObject(value as Record<string, unknown>, s, path)
  }
  const visitObject = (value: Record<string, unknown>, s: Schema, path: string): void => {
    for (const key of s.required ?? []) if (!(key in value)) out.push(`${path}.${key}: is missing`)
    for (const [key, inner] of Object.entries(value)) {
      const known = s.properties?.[key]
      if (known !== undefined) visit(inner, known, `${path}.${key}`)
      else if (s.additionalProperties === false) out.push(`${path}.${key}: is not in the schema`)
      else if (typeof s.additionalProperties === 'object') visit(inner, s.additionalProperties, `${path}.${key}`)
    }
  }
  visit(document, schema, '$')
  return out
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
