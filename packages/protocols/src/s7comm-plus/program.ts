/** Blocks of the program as objects: created in the controller (download), explored (upload), deleted. */
import { MovingBytes, sideOf } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import type { PlusObject } from './objects.ts'
import { ATTRIBUTE, BLOCK_CODE, BLOCK_KINDS } from './s7comm-plus.table.ts'

export const isBlock = ({ id, attributes }: PlusObject): boolean =>
  attributes.has(ATTRIBUTE.blockNumber) || BLOCK_KINDS[id >>> 16] !== undefined

/** The hash is over body, interface and code, which are equal in both directions; the times of a download are not in it. */
export function tellBlocks(
  objects: readonly PlusObject[],
  kind: 'program.downloaded' | 'program.uploaded',
  ok: boolean | undefined,
  sink: Sink,
): void {
  for (const { id, attributes } of objects) {
    const number = attributes.get(ATTRIBUTE.blockNumber)?.shown
    const blockKind = BLOCK_KINDS[id >>> 16]
    if (number === undefined && (blockKind === undefined || kind === 'program.uploaded')) continue
    const name = String(attributes.get(ATTRIBUTE.name)?.shown ?? '')
    const section =
      blockKind === undefined ? name || `block ${number}` : `${blockKind}${number ?? id & 0xffff}${name === '' ? '' : ` ${name}`}`
    const moving = new MovingBytes(sideOf(kind), sink)
    for (const part of BLOCK_CODE) {
      const blob = attributes.get(part)?.blob
      if (blob !== undefined) moving.update(blob)
    }
    const sectionType = blockKind ?? 'block'
    // An upload that lists blocks without their bodies reads no program.
    if (kind === 'program.uploaded' && moving.bytes === 0) continue
    sink.say({ kind, section, sectionType, ...moving.end(sink), user: undefined, ok })
  }
}

export function deleted(id: number, ok: boolean | undefined, sink: Sink): void {
  const kind = BLOCK_KINDS[id >>> 16]
  if (kind !== undefined) sink.say({ kind: 'configuration.changed', what: 'block deleted', value: `${kind}${id & 0xffff}`, ok })
}
