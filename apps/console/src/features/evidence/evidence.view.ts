/** The decoded packet, worked out without a browser: bytes as rows, and which node covers which byte. */
import type { TraceNode } from '../../api/types.ts'

export type Range = readonly [from: number, to: number]

export const ROW_BYTES = 16

export function bytesOf(hex: string): readonly number[] {
  const bytes: number[] = []
  for (let at = 0; at + 1 < hex.length; at += 2) bytes.push(Number.parseInt(hex.slice(at, at + 2), 16))
  return bytes
}

export function rowsOf(bytes: readonly number[]): readonly (readonly number[])[] {
  const rows: (readonly number[])[] = []
  for (let at = 0; at < bytes.length; at += ROW_BYTES) rows.push(bytes.slice(at, at + ROW_BYTES))
  return rows
}

export function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'
}

export function hex2(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

/** `54-66` in the URL; undefined where it is missing or makes no sense. */
export function rangeOf(text: string | undefined): Range | undefined {
  const found = /^(\d{1,7})-(\d{1,7})$/.exec(text ?? '')
  if (found === null) return undefined
  const [from, to] = [Number(found[1]), Number(found[2])]
  return to > from ? [from, to] : undefined
}

/** The path of the smallest node that covers a byte, as child positions from the top. */
export function pathAt(nodes: readonly TraceNode[], byte: number): readonly number[] {
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = nodes[at]!
    const inside = pathAt(node.children, byte)
    if (inside.length > 0) return [at, ...inside]
    if (byte >= node.at && byte < node.at + node.length) return [at]
  }
  return []
}

export function nodeAt(nodes: readonly TraceNode[], path: readonly number[]): TraceNode | undefined {
  let list = nodes
  let node: TraceNode | undefined
  for (const at of path) {
    node = list[at]
    if (node === undefined) return undefined
    list = node.children
  }
  return node
}

/** The path of the largest node inside the range: what evidence with these bytes is about. */
export function pathWithin(nodes: readonly TraceNode[], [from, to]: Range): readonly number[] {
  for (const [at, node] of nodes.entries()) {
    if (node.length > 0 && node.at >= from && node.at + node.length <= to) return [at]
    const inside = pathWithin(node.children, [from, to])
    if (inside.length > 0) return [at, ...inside]
  }
  return []
}

export type Line = { readonly node: TraceNode; readonly path: string; readonly depth: number }

/** The open part of the tree, top to bottom, as it is read and as the arrow keys walk it. */
export function linesOf(nodes: readonly TraceNode[], open: ReadonlySet<string>, depth = 0, above = ''): readonly Line[] {
  return nodes.flatMap((node, at) => {
    const path = above === '' ? String(at) : `${above}.${at}`
    const line = { node, path, depth }
    return open.has(path) && node.children.length > 0 ? [line, ...linesOf(node.children, open, depth + 1, path)] : [line]
  })
}

/** Every ancestor of a path, itself included. */
export function ancestors(path: readonly number[]): readonly string[] {
  return path.map((_, at) => path.slice(0, at + 1).join('.'))
}
