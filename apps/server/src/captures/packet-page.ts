/** From what the sensor says of a packet to what the API shows of it. */

import type { Observation } from '@isthmus/model'
import type { MessageView, PacketView } from '@isthmus/sensor'
import type { z } from 'zod'
import type { PacketPage, TraceNodeWire } from './captures.wire.ts'

type Page = z.output<typeof PacketPage>

export function packetPage(capture: string, view: PacketView): Page {
  const inFrame = view.messages.filter((message) => message.inFrame)
  return {
    capture,
    number: view.number,
    at: view.at,
    length: view.wireLength,
    captured: view.bytes.length,
    hex: Buffer.from(view.bytes).toString('hex'),
    client: view.client,
    server: view.server,
    transport: view.transport,
    fromClient: view.fromClient,
    stream: [...view.stream],
    tree: [...view.headers.map(wireNode), ...inFrame.map(messageNode)],
    messages: view.messages.map((message) => ({
      protocol: message.protocol,
      depth: message.depth,
      from: message.from,
      packets: [message.packets[0], message.packets[1]],
      inFrame: message.inFrame,
      summary: message.summary,
      nodes: message.nodes.map(wireNode),
    })),
    observations: view.observations.map(saidOf),
  }
}

function wireNode(node: {
  label: string
  at: number
  length: number
  value: string
  note: string
  children: readonly unknown[]
}): TraceNodeWire {
  return {
    label: node.label,
    at: node.at,
    length: node.length,
    value: node.value,
    note: node.note,
    children: (node.children as (typeof node)[]).map(wireNode),
  }
}

/** A message as one node over all that it holds. */
function messageNode(message: MessageView): TraceNodeWire {
  const children = message.nodes.map(wireNode)
  const at = children[0]?.at ?? 0
  const end = Math.max(at, ...children.map((child) => child.at + child.length))
  return { label: message.protocol, at, length: end - at, value: message.summary, note: '', children }
}

const NOT_SAID = new Set(['kind', 'site', 'sensor', 'at', 'protocol', 'evidence', 'client', 'server', 'directionKnown'])

/** The observation's own fields, as text a person reads. */
function saidOf(observation: Observation): Page['observations'][number] {
  const fields = Object.entries(observation)
    .filter(([key, value]) => !NOT_SAID.has(key) && value !== undefined && value !== '')
    .map(([key, value]): [string, string] => [key, typeof value === 'object' ? JSON.stringify(value) : String(value)])
  return { kind: observation.kind, protocol: observation.protocol, fields: Object.fromEntries(fields) }
}
