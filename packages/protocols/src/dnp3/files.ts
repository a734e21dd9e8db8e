/** Files of an outstation (IEEE 1815-2012 §4.4.14, objects of group 70): opened by name, moved in blocks under a handle, closed. */
import { Reader } from '@isthmus/wire'
import { maskSecret } from '../mask.ts'
import { PassingFile } from '../mime/passing-file.ts'
import { sayFile } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { type Application, sizeAt } from './application.ts'
import type { Dnp3State, Question } from './dnp3.ts'

export type Transfer = { readonly name: string; readonly isWrite: boolean; readonly file: PassingFile }

/** Files of one conversation that may be open at once. */
const MAX_FILES = 16

/** The first object of group 70 with this variation. */
function fileObject(application: Application | undefined, variation: number): Reader | undefined {
  if (application === undefined) return undefined
  for (const header of application.headers) {
    if (header.group !== 70 || header.variation !== variation || header.sized === 0 || header.end <= header.at) continue
    const from = header.at + header.sized
    return new Reader(application.bytes, from, Math.min(header.end, from + sizeAt(application.bytes, header.at, header.sized)))
  }
  return undefined
}

/** A name that lies at the end of its object. */
function nameIn(r: Reader, start: number, offset: number, length: number): string {
  return new Reader(r.bytes, Math.min(r.end, start + offset), r.end).text(length)
}

export type FileCommand = { readonly name: string; readonly mode: number }

/** Variation 3: what to open or delete. */
export function fileCommand(application: Application): FileCommand | undefined {
  const r = fileObject(application, 3)
  if (r === undefined) return undefined
  const start = r.at
  const offset = r.u16le()
  const length = r.u16le()
  r.skip(16)
  const mode = r.u16le()
  return r.short ? undefined : { name: nameIn(r, start, offset, length), mode }
}

/** Variation 7: the name a question or an answer is about. */
function descriptorName(application: Application): string {
  const r = fileObject(application, 7)
  if (r === undefined) return ''
  const start = r.at
  return nameIn(r, start, r.u16le(), r.u16le())
}

function handleOf(application: Application | undefined): number | undefined {
  const r = fileObject(application, 4) ?? fileObject(application, 5) ?? fileObject(application, 6)
  return r === undefined || r.left < 4 ? undefined : r.u32le()
}

export function fileName(application: Application, state: Dnp3State): string {
  const handle = handleOf(application)
  const known = handle === undefined ? undefined : state.files.get(handle)
  return known?.name ?? fileCommand(application)?.name ?? (descriptorName(application) || (handle === undefined ? '' : `handle ${handle}`))
}

/** Status of a file operation, A.25.4; undefined where none is told. */
export function fileStatus(answer: Application): number | undefined {
  const command = fileObject(answer, 4)
  const r = command ?? fileObject(answer, 6)
  if (r === undefined) return undefined
  r.skip(command === undefined ? 8 : 12)
  const status = r.u8()
  return r.short ? undefined : status
}

/** What an answered question about files does to the transfers. */
export function moveFile(q: Question, a: Application | undefined, ok: boolean | undefined, state: Dnp3State, sink: Sink): void {
  const { files } = state
  switch (q.application.code) {
    case 1:
    case 2: {
      const isWrite = q.application.code === 2
      const r = fileObject(isWrite ? q.application : a, 5)
      if (r === undefined || ok === false) return
      const transfer = files.get(r.u32le())
      r.skip(4)
      if (transfer === undefined || transfer.isWrite !== isWrite) return
      transfer.file.update(r.view(r.left))
      return
    }
    case 25: {
      const command = fileCommand(q.application)
      const handle = handleOf(a)
      if (command === undefined || handle === undefined || ok !== true) return
      if (files.size >= MAX_FILES) files.delete(files.keys().next().value!)
      files.set(handle, { name: command.name, isWrite: command.mode >= 2, file: new PassingFile() })
      return
    }
    case 26:
    case 30: {
      const handle = handleOf(q.application)
      const transfer = handle === undefined ? undefined : files.get(handle)
      if (transfer === undefined || handle === undefined) return
      files.delete(handle)
      const { name, file } = transfer
      // To whoever is the outstation: a master may be the end that was called.
      const isToServer = transfer.isWrite === (q.side === 'client')
      sayFile({ name, direction: isToServer ? 'to-server' : 'to-client', file, asker: q.side }, sink)
      return
    }
    case 29:
      authenticate(q, ok, sink)
      return
    default:
  }
}

/** Variation 2: name and password in clear. */
function authenticate(q: Question, ok: boolean | undefined, sink: Sink): void {
  const r = fileObject(q.application, 2)
  if (r === undefined) return
  const start = r.at
  const user = nameIn(r, start, r.u16le(), r.u16le())
  const secret = nameIn(r, start, r.u16le(), r.u16le())
  sink.sayFrom(q.side, { kind: 'login.tried', user, domain: '', method: 'DNP3 file authentication', ok })
  if (secret !== '') sink.sayFrom(q.side, { kind: 'credential.exposed', user, mask: maskSecret(secret), weakness: 'clear' })
}
