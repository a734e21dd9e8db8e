/** Questions in words: operation, object, why it was refused. */
import type { Access } from '@isthmus/model'
import type { OperationStatement } from '../protocol.ts'
import { type Application, type ObjectHeader, SECURITY, sizeAt } from './application.ts'
import { refusalOf, securityObjects } from './authentication.ts'
import { FUNCTIONS, REFUSALS, STATES } from './dnp3.table.ts'
import type { Dnp3State, Question } from './dnp3.ts'
import { fileCommand, fileName, fileStatus } from './files.ts'
import { eachPoint, kindOf } from './points.ts'

/** Headers named in an operation's object. */
const MAX_SHOWN = 8
/** Broadcasts (§9.2.4.1.5): nobody's own address. */
const BROADCAST = 0xfffd

export const partOf = (outstation: number): string | undefined => (outstation >= BROADCAST ? undefined : `outstation ${outstation}`)

export function describe(q: Question, a: Application | undefined, ok: boolean | undefined, state: Dnp3State): OperationStatement {
  const { code, headers } = q.application
  const [, name, access] = FUNCTIONS[code] ?? ['', `function ${code}`, 'unknown' as Access]
  const isFile = headers.some(({ group }) => group === 70)
  return {
    operation: name,
    object: isFile ? fileName(q.application, state) : objectsOf(q.application),
    access: isFile || code <= 2 ? accessOf(q.application, access) : access,
    ok,
    error: ok === false && a !== undefined ? errorOf(a) : '',
    part: partOf(q.outstation),
  }
}

function accessOf(application: Application, access: Access): Access {
  const groups = application.headers.map(({ group }) => group)
  if (groups.includes(70)) return application.code === 25 && (fileCommand(application)?.mode ?? 0) >= 2 ? 'write' : access
  if (groups.length === 0) return access
  if (application.code === 1 && groups.every((group) => group === 0)) return 'identify'
  const settings = [0, 34, 50, 80]
  return application.code === 2 && groups.every((group) => settings.includes(group)) ? 'configure' : access
}

/** `class 1, class 2`, `binary output 8`, `analog input 0..19`. */
export function objectsOf(application: Application): string {
  const headers = application.headers.filter(({ group }) => group !== SECURITY)
  if (headers.length === 0 && application.headers.length > 0) return securityObjects(application)
  const shown = headers.slice(0, MAX_SHOWN).map((header) => showHeader(application, header))
  const rest = headers.length - shown.length
  return [...new Set(shown)].join(', ') + (rest > 0 ? `, … ${headers.length} objects` : '')
}

function showHeader(application: Application, header: ObjectHeader): string {
  const kind = kindOf(header.group)
  if (header.group === 60) return `class ${header.variation - 1}`
  if (header.group === 0) return `${kind} ${header.variation}`
  if (header.group === 50 || header.group === 51 || header.group === 52) return kind
  if (header.from >= 0) return header.to > header.from ? `${kind} ${header.from}..${header.to}` : `${kind} ${header.from}`
  if (header.indexed === 0 || header.end <= header.at) return kind
  const indices: number[] = []
  eachPoint(application, header, (point) => void (indices.length < MAX_SHOWN && indices.push(point.index)))
  // A list of points without values.
  if (indices.length === 0) indices.push(sizeAt(application.bytes, header.at, header.indexed))
  return `${kind} ${indices.join(', ')}${header.count > indices.length ? ` … ${header.count} points` : ''}`
}

/** States of the controls that an answer repeats. */
export function statesOf(application: Application): number[] {
  const states: number[] = []
  for (const header of application.headers) {
    if (header.group === 12 || header.group === 41) eachPoint(application, header, (point) => void states.push(point.state))
  }
  return states
}

export function isAccepted(answer: Application): boolean {
  const second = answer.indications & 0xff
  if (REFUSALS.some(([bit]) => (second & bit) !== 0)) return false
  return refusalOf(answer) === '' && (fileStatus(answer) ?? 0) === 0 && statesOf(answer).every((state) => state <= 0)
}

function errorOf(answer: Application): string {
  const refused = refusalOf(answer)
  if (refused !== '') return refused
  const failed = statesOf(answer).find((state) => state > 0)
  if (failed !== undefined) return (STATES[failed] ?? `state ${failed}`).toLowerCase()
  const status = fileStatus(answer) ?? 0
  if (status > 0) return FILE_STATES[status] ?? `file status ${status}`
  const refusal = REFUSALS.find(([bit]) => (answer.indications & bit) !== 0)
  return refusal?.[1] ?? ''
}

/** A.25.4. */
const FILE_STATES: Readonly<Record<number, string>> = {
  1: 'permission denied',
  2: 'invalid mode',
  3: 'file not found',
  4: 'file locked',
  5: 'too many files open',
  6: 'invalid handle',
  7: 'write block size',
  8: 'communication lost',
  9: 'cannot abort',
  16: 'file not open',
  17: 'handle expired',
  18: 'buffer overrun',
  19: 'fatal error',
  20: 'block out of sequence',
}
