import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPipeline, PROTOCOLS } from '@isthmus/protocols'
import type { TraceNode } from '@isthmus/wire'
import { headerTree } from './packet-headers.ts'

const IPV4 = '45000020000100004011 0000 0a000001 0a000002 c350 0035 000c 0000 01020304'

/** Label, first byte and length of each top node of one frame. */
function tree(hex: string, linkType: number): (readonly [string, number, number, string])[] {
  let nodes: TraceNode[] = []
  const tracer = {
    wants: () => true,
    message: () => undefined,
    packet: (p: Parameters<typeof headerTree>[0]) => void (nodes = headerTree(p)),
  }
  const pipeline = createPipeline({ site: 's', sensor: 's', capture: 'c', protocols: PROTOCOLS, tracer })
  const frame = Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
  pipeline.frame(frame, 0, frame.length, frame.length, 1_000_000, linkType)
  return nodes.map(({ label, at, length, value }) => [label, at, length, value] as const)
}

test('the header of an Ethernet frame lies where it was found', () => {
  assert.deepEqual(tree(`020000000002 020000000001 0800 ${IPV4}`, 1), [
    ['Ethernet', 0, 14, ''],
    ['IPv4', 14, 20, ''],
    ['UDP', 34, 8, ''],
  ])
})

test('a cooked frame has no Ethernet header: its sender is told of the whole', () => {
  assert.deepEqual(tree(`0001 0001 0006 020000000001 0000 0800 ${IPV4}`, 113).slice(0, 2), [
    ['link', 0, 16, 'from 02:00:00:00:00:01'],
    ['IPv4', 16, 20, ''],
  ])
})
