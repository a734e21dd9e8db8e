/** A section of a program as text: its versions, and what differs from one to the next. */
import type { ProgramSection, ProgramVersion } from '@isthmus/model'
import { type ByteChange, type LineChange, type ProgramDiff, sayDiff } from '@isthmus/track'
import type { Style } from '../terminal/style.ts'
import { harmless, wrap } from '../terminal/width.ts'
import { countText, grouped, timeText } from '../text.ts'
import { changesOf } from './change-list.ts'
import type { Contents } from './contents.ts'

/** Changes that are printed of one difference. */
const MAX_CHANGES = 40
const WORDS = { loaded: 'loaded', read: 'read out', edited: 'edited online' } as const

export function programText(section: ProgramSection, contents: Contents, style: Style): string[] {
  const { server, section: name, sectionType, protocol, versions, left } = section
  const kind = `${sectionType} of ${server}, ${protocol}`
  const lines = [`${style.paint(harmless(name), 'bold')}  ${style.paint(harmless(kind), 'dim')}`]
  if (left > 0) lines.push(style.paint(`  ${countText(left, 'older version')} not listed`, 'dim'))
  const changes = changesOf(section)
  for (const version of versions) {
    lines.push(`  ${versionText(version)}`)
    const change = changes.find(({ after }) => after === version)
    if (change?.before === undefined) continue
    const diff = contents.diff(section, change.before, version)
    if (diff === undefined) lines.push('    another content; the bytes of both are not held')
    else lines.push(...wrap(sayDiff(diff), style.width - 4).map((line) => `    ${style.paint(line, 'bold')}`), ...diffText(diff, style))
  }
  return lines
}

function versionText({ how, hash, bytes, count, firstAt, movers, last }: ProgramVersion): string {
  const who = movers.map(({ client, user }) => (user === undefined ? client : `${client} as ${harmless(user)}`)).join(', ')
  const times = count > 1 ? `, ${grouped(count)} times` : ''
  const content = hash === undefined ? (how === 'edited' ? '' : ', not seen whole') : `, SHA-256 ${hash.slice(0, 16)}`
  return `${timeText(firstAt)}  ${WORDS[how]} by ${who}${times}: ${countText(bytes, 'byte')}${content}, packet ${grouped(last.packets[1])}`
}

function diffText(diff: ProgramDiff, style: Style): string[] {
  const changes = diff.changes.slice(0, MAX_CHANGES)
  const lines = diff.form === 'text' ? (changes as LineChange[]).flatMap(lineText) : (changes as ByteChange[]).flatMap(byteText)
  if (diff.places > changes.length) lines.push(`${grouped(diff.places - changes.length)} more places`)
  return lines.map((line) => `      ${style.paint(harmless(line), line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : 'dim')}`)
}

function byteText({ at, newAt, length, newLength, removed, added, part }: ByteChange): string[] {
  const place = `@ ${offset(at)}${at === newAt ? '' : ` → ${offset(newAt)}`}${part === '' ? '' : ` ${part}`}`
  return [place, ...(length > 0 ? [`- ${pairs(removed, length)}`] : []), ...(newLength > 0 ? [`+ ${pairs(added, newLength)}`] : [])]
}

const offset = (at: number): string => `0x${at.toString(16).padStart(4, '0')}`

function pairs(hex: string, length: number): string {
  const left = length - hex.length / 2
  return `${hex.replace(/(..)(?=.)/g, '$1 ')}${left > 0 ? ` and ${grouped(left)} more` : ''}`
}

function lineText({ at, newAt, length, newLength, removed, added }: LineChange): string[] {
  const left = length - removed.length + newLength - added.length
  const texts = [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)]
  return [`@ line ${newLength > 0 ? newAt : at}`, ...texts, ...(left > 0 ? [`and ${grouped(left)} more lines`] : [])]
}
