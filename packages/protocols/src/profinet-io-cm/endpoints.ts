/** The endpoint mapper's answer: a device describes itself in the annotation of its entry (IEC 61158-6-10 §4.10.3.4; C706 annex O). */
import type { Reader } from '@isthmus/wire'
import { type Header, objectIds, u32, uuidText } from './header.ts'

export type Endpoint = {
  readonly vendor: number
  readonly device: number
  readonly model: string
  readonly orderCode: string
  readonly hardware: string
  readonly firmware: string
}

const LOOK_UP = 2
/** 25 letters of type, 20 of order code, 5 of hardware, a letter and nine digits of software, a blank between each. */
const ANNOTATION = 64

export function readAnnotation(r: Reader, h: Header): Endpoint | undefined {
  if (h.operation !== LOOK_UP || r.left < 36 + 28) return undefined
  r.view(20, 'handle')
  if (u32(r, h.isLittle, 'entries') === 0) return undefined
  u32(r, h.isLittle, 'maximum count')
  u32(r, h.isLittle, 'offset')
  u32(r, h.isLittle, 'actual count')
  const object = uuidText(r.view(16, 'object'))
  u32(r, h.isLittle, 'tower')
  u32(r, h.isLittle, 'annotation offset')
  const length = Math.min(u32(r, h.isLittle, 'annotation length'), ANNOTATION)
  const text = r.text(length, 'annotation')
  const ids = objectIds(object, h.isLittle)
  const version = text.slice(53, 63)
  const firmware = /\d/.test(version)
    ? `${version[0]}${(version.slice(1).match(/.{1,3}/g) ?? []).map((part) => Number(part.trim()) || 0).join('.')}`
    : ''
  r.view(r.left, 'more')
  return {
    vendor: ids?.vendor ?? 0,
    device: ids?.device ?? 0,
    model: text.slice(0, 25).trim(),
    orderCode: text.slice(26, 46).trim(),
    hardware: text.slice(47, 52).trim(),
    firmware,
  }
}
