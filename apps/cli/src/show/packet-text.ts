/** One packet as text: stage by stage with byte offsets, or in one line. */
import { type Finding, type Observation, showEndpoint } from '@isthmus/model'
import type { MessageView, PacketView } from '@isthmus/sensor'
import type { TraceNode } from '@isthmus/wire'
import { LEVEL_TONES, type Style } from '../terminal/style.ts'
import { fit, harmless, pad } from '../terminal/width.ts'
import { countText, grouped, timeText } from '../text.ts'

const OFFSET_WIDTH = 13
const BYTES_A_LINE = 16

export function packetLine(view: PacketView, style: Style): string {
  const time = timeText(view.at).slice(11)
  const arrow = view.client === '' ? '' : view.fromClient ? `${view.client} → ${view.server}` : `${view.server} → ${view.client}`
  const protocols = view.messages.length === 0 ? view.transport : [...new Set(view.messages.map((m) => m.protocol))].join('/')
  const last = view.messages.at(-1)
  const info =
    last === undefined
      ? (view.stream.at(-1) ?? '').replace(/^flow \S+ /, '')
      : last.summary === ''
        ? `message from the ${last.from}`
        : last.summary
  const head = `${String(view.number).padStart(6)}  ${time}  ${pad(fit(harmless(arrow), 44), 44)}  `
  return `${head}${style.paint(pad(fit(protocols, 14), 14), 'cyan')}  ${String(view.wireLength).padStart(5)}  ${fit(harmless(info), Math.max(40, style.width - head.length - 23))}`.trimEnd()
}

export function packetText(view: PacketView, findings: readonly Finding[], style: Style): string[] {
  const captured = view.bytes.length < view.wireLength ? `, ${grouped(view.bytes.length)} captured` : ''
  const title = `Packet ${view.number}  ${timeText(view.at)} UTC  ${countText(view.wireLength, 'byte')}${captured}`
  return [
    style.paint(title, 'bold'),
    ...(view.client === '' ? [] : [`${view.client} ${view.fromClient ? '→' : '←'} ${view.server}`]),
    ...stage(
      'Frame and headers',
      view.headers.flatMap((n) => tree(n, 1, style)),
      style,
    ),
    ...stage(
      'Stream',
      view.stream.map((text) => `  ${harmless(text)}`),
      style,
    ),
    ...stage(
      'Messages',
      view.messages.flatMap((m) => messageLines(m, style)),
      style,
    ),
    ...stage(
      'Observations',
      view.observations.map((o) => `  ${observationText(o, style)}`),
      style,
    ),
    ...stage(
      'Findings',
      findings.map(
        (f) =>
          `  ${style.paint(f.level, ...LEVEL_TONES[f.level])}  ${harmless(f.ruleTitle)}  ${style.paint(`${f.rule} ${f.attack.join(' ')}`, 'dim')}`,
      ),
      style,
    ),
    ...stage('Bytes', dump(view.bytes, style), style),
  ]
}

function stage(title: string, lines: readonly string[], style: Style): string[] {
  return ['', style.paint(title, 'bold'), ...(lines.length === 0 ? [style.paint('  none', 'dim')] : lines)]
}

function messageLines(m: MessageView, style: Style): string[] {
  const [first, last] = m.packets
  const where = m.inFrame
    ? ''
    : first === last
      ? ', offsets count from the message'
      : `, joined from packets ${first} to ${last}: offsets count from the message`
  const title = `  ${'  '.repeat(m.depth)}${style.paint(m.protocol, 'bold', 'cyan')} from the ${m.from}${m.summary === '' ? '' : `: ${harmless(m.summary)}`}${style.paint(where, 'dim')}`
  return [title, ...m.nodes.flatMap((n) => tree(n, 2 + m.depth, style))]
}

function tree(n: TraceNode, depth: number, style: Style): string[] {
  const range = n.length === 0 ? `${n.at}` : n.length === 1 ? `${n.at}` : `${n.at}–${n.at + n.length - 1}`
  const note = n.note === '' ? '' : `  ${n.note}`
  const left = `${style.paint(range.padStart(OFFSET_WIDTH - 2), 'dim')}  ${'  '.repeat(depth - 1)}${n.label}`
  const text = `${left}${n.value === '' ? '' : `  ${style.paint(fit(harmless(n.value), Math.max(20, style.width - OFFSET_WIDTH - 2 * depth - n.label.length - 4)), 'cyan')}`}${harmless(note)}`
  return [text, ...n.children.flatMap((child) => tree(child, depth + 1, style))]
}

/** Kind, who to whom, and the fields that are this kind's own. */
function observationText(o: Observation, style: Style): string {
  const { kind, site: _s, sensor: _n, at: _a, client, server, directionKnown: _d, protocol: _p, evidence: _e, ...own } = o
  const fields = Object.entries(own)
    .filter(([name, value]) => value !== undefined && value !== '' && name !== 'first' && name !== 'id')
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
  return `${style.paint(kind, 'cyan')}  ${showEndpoint(client)} → ${showEndpoint(server)}  ${fit(harmless(fields.join(', ')), 400)}`
}

function dump(bytes: Uint8Array, style: Style): string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const row = bytes.subarray(at, at + BYTES_A_LINE)
    const hex = [...row].map((b) => b.toString(16).padStart(2, '0')).join(' ')
    const text = [...row].map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·')).join('')
    lines.push(`${style.paint(String(at).padStart(OFFSET_WIDTH - 2), 'dim')}  ${hex.padEnd(BYTES_A_LINE * 3)} ${text}`)
  }
  return lines
}
