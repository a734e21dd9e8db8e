/** The decoded tree: the same parsers, read through a cursor that remembers what each read was called and where it lay. */
import { Reader } from './reader.ts'

export type TraceNode = {
  readonly label: string
  /** Offset of the first byte in the bytes the trace started from, and how many bytes. */
  readonly at: number
  readonly length: number
  readonly value: string
  note: string
  readonly children: TraceNode[]
}

export class TraceReader extends Reader {
  readonly nodes: TraceNode[]

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length, nodes: TraceNode[] = []) {
    super(bytes, at, end)
    this.nodes = nodes
  }

  override u8(label?: string): number {
    return this.#number(label ?? 'u8', () => super.u8())
  }
  override u16(label?: string): number {
    return this.#number(label ?? 'u16', () => super.u16())
  }
  override u16le(label?: string): number {
    return this.#number(label ?? 'u16le', () => super.u16le())
  }
  override u24(label?: string): number {
    return this.#number(label ?? 'u24', () => super.u24())
  }
  override u24le(label?: string): number {
    return this.#number(label ?? 'u24le', () => super.u24le())
  }
  override u32(label?: string): number {
    return this.#number(label ?? 'u32', () => super.u32())
  }
  override u32le(label?: string): number {
    return this.#number(label ?? 'u32le', () => super.u32le())
  }
  override u48(label?: string): number {
    return this.#number(label ?? 'u48', () => super.u48())
  }
  override u64(label?: string): bigint {
    return this.#number(label ?? 'u64', () => super.u64())
  }
  override u64le(label?: string): bigint {
    return this.#number(label ?? 'u64le', () => super.u64le())
  }
  override i8(label?: string): number {
    return this.#fold(label ?? 'i8', () => super.i8())
  }
  override i16(label?: string): number {
    return this.#fold(label ?? 'i16', () => super.i16())
  }
  override i16le(label?: string): number {
    return this.#fold(label ?? 'i16le', () => super.i16le())
  }
  override i32(label?: string): number {
    return this.#fold(label ?? 'i32', () => super.i32())
  }
  override i32le(label?: string): number {
    return this.#fold(label ?? 'i32le', () => super.i32le())
  }
  override i64le(label?: string): bigint {
    return this.#fold(label ?? 'i64le', () => super.i64le())
  }
  override f32(label?: string): number {
    return this.#fold(label ?? 'f32', () => super.f32())
  }
  override f32le(label?: string): number {
    return this.#fold(label ?? 'f32le', () => super.f32le())
  }
  override f64(label?: string): number {
    return this.#fold(label ?? 'f64', () => super.f64())
  }
  override f64le(label?: string): number {
    return this.#fold(label ?? 'f64le', () => super.f64le())
  }

  override skip(n: number, label?: string): this {
    const at = this.at
    super.skip(n)
    this.#push(label ?? 'skipped', at, '')
    return this
  }

  override view(n: number, label?: string): Uint8Array {
    const at = this.at
    const bytes = super.view(n)
    if (bytes.length > 0 || label !== undefined) this.#push(label ?? 'bytes', at, preview(bytes))
    return bytes
  }

  override text(n: number, label?: string): string {
    return this.#text(label ?? 'text', () => super.text(n))
  }
  override utf8(n: number, label?: string): string {
    return this.#text(label ?? 'text', () => super.utf8(n))
  }
  override utf16(n: number, label?: string): string {
    return this.#text(label ?? 'text', () => super.utf16(n))
  }
  override cstring(max: number, label?: string): string {
    return this.#text(label ?? 'text', () => super.cstring(max))
  }

  override sub(n: number, label?: string): Reader {
    const at = this.at
    const whole = super.sub(n)
    const node = this.#push(label ?? 'part', at, '')
    const inner = new TraceReader(this.bytes, at, whole.end, node.children)
    inner.short = whole.short
    return inner
  }

  override note(text: string): this {
    const last = this.nodes.at(-1)
    if (last) last.note = text
    return this
  }

  #number<T extends number | bigint>(label: string, read: () => T): T {
    const at = this.at
    const value = read()
    this.#push(label, at, this.at === at ? 'missing' : `${value} (0x${value.toString(16)})`)
    return value
  }

  /** A read made of other reads: their nodes give way to one. */
  #fold<T extends number | bigint>(label: string, read: () => T): T {
    const at = this.at
    const kept = this.nodes.length
    const value = read()
    this.nodes.length = kept
    this.#push(label, at, String(value))
    return value
  }

  #text(label: string, read: () => string): string {
    const at = this.at
    const kept = this.nodes.length
    const value = read()
    this.nodes.length = kept
    this.#push(label, at, JSON.stringify(value))
    return value
  }

  #push(label: string, at: number, value: string): TraceNode {
    const node: TraceNode = { label, at, length: this.at - at, value, note: '', children: [] }
    this.nodes.push(node)
    return node
  }
}

function preview(bytes: Uint8Array): string {
  let text = ''
  for (const b of bytes.subarray(0, 32)) text += b.toString(16).padStart(2, '0')
  return bytes.length > 32 ? `${text}… ${bytes.length} bytes` : text
}
