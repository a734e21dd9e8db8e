/** Writes rows of ICSNPP's logs by column name, and the details that many of them share: node ids, status codes, diagnostics. */
import { derivedId } from '@isthmus/model'
import type { Flow, Side } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { hex, senderCells } from '../icsnpp.ts'
import type { Cell, PutRow } from '../protocol.ts'
import type { DiagnosticInfo, NodeId } from './built-in.ts'
import { logs } from './logs.table.ts'
import { STATUS } from './status.table.ts'

export type Values = Record<string, Cell>

const INDEX = new Map(Object.entries(logs).map(([log, { columns }]) => [log, new Map(columns.map(([name], i) => [name, i]))]))
const SEVERITIES = ['Severity_Good', 'Severity_Uncertain', 'Severity_Bad', 'Reserved']
const INFO_TYPES = ['InfoType_NotUsed', 'InfoType_DataValue', 'Reserved', 'Reserved']
const LIMITS = ['LimitBits_None', 'LimitBits_Low', 'LimitBits_High', 'LimitBits_Constant']
const HISTORIAN = ['HistorianBits_Raw', 'HistorianBits_Calculated', 'HistorianBits_Interpolated', 'Reserved']

/** Which service a status code or diagnostic came with; ICSNPP's numbers, the odd ones for what lies within diagnostics. */
export const SOURCE = {
  header: 0,
  browse: 2,
  activateSession: 4,
  read: 6,
  createItems: 8,
  selectClause: 10,
  filterElement: 12,
  operand: 14,
  variant: 16,
  write: 18,
} as const
const SOURCES = [
  'ResponseHeader',
  'Browse',
  'ActivateSession',
  'Read',
  'CreateMonitoredItems',
  'EventFilterSelectClause',
  'ContentFilterElement',
  'ContentFilterElementOperand',
  'Variant',
  'Write',
]
/** Diagnostics within diagnostics that get a row. */
const MAX_INNER = 100

export class LogWriter {
  readonly #put: PutRow
  readonly #flow: Flow
  readonly #seed: string
  readonly from: Side
  #ids = 0

  constructor(put: PutRow, flow: Flow, from: Side, seed: string) {
    this.#put = put
    this.#flow = flow
    this.from = from
    this.#seed = seed
  }

  /** 18 hexadecimal digits, as ICSNPP draws them; derived, so that two runs agree. */
  id(): string {
    const id = derivedId('x', this.#flow.uid, this.#seed, this.#ids++)
    return `${id.slice(2)}${id.slice(2, 4)}`
  }

  row(log: string, values: Values, from: Side | 'nobody' = this.from): void {
    const name = `opcua_binary_${log}`
    const columns = INDEX.get(name)!
    const cells: Cell[] = new Array(columns.size).fill(undefined)
    if (from !== 'nobody') {
      const sender = senderCells(from, this.#flow)
      for (let i = 0; i < sender.length; i++) cells[i] = sender[i]
    }
    for (const column in values) cells[columns.get(column)!] = values[column]
    this.#put(name, cells)
  }

  main(values: Values, at?: number): void {
    const columns = INDEX.get('opcua_binary')!
    const cells: Cell[] = new Array(columns.size).fill(undefined)
    for (const column in values) cells[columns.get(column)!] = values[column]
    this.#put('opcua_binary', cells, at)
  }

  status(link: string, source: number, code: number, level = 0, from: Side = this.from): void {
    const infoType = (code >>> 10) & 3
    const values: Values = {
      status_code_link_id: link,
      source,
      source_str: (SOURCES[source >> 1] ?? '') + ((source & 1) === 1 ? '_DiagInfo' : ''),
      source_level: level,
      status_code: hex(code, 8),
      severity: code >>> 30,
      severity_str: SEVERITIES[code >>> 30],
      // ICSNPP keeps eight of the twelve bits.
      sub_code: (code >>> 16) & 0xff,
      sub_code_str: STATUS[code >>> 16] ?? '',
      structure_changed: (code & 0x8000) !== 0,
      semantics_changed: (code & 0x4000) !== 0,
      info_type: infoType,
      info_type_str: INFO_TYPES[infoType],
    }
    if (infoType !== 0) {
      const limit = (code >>> 8) & 3
      values.limit_bits = limit
      values.limit_bits_str = LIMITS[limit]
      values.overflow = (code & 0x80) !== 0
      values.historian_bits = code & 3
      values.historian_bits_str = HISTORIAN[code & 3]
      values.historianPartial = (code & 0x04) !== 0
      values.historianExtraData = (code & 0x08) !== 0
      values.historianMultiValue = (code & 0x10) !== 0
    }
    this.row('status_code_detail', values, from)
  }

  /**
   * A diagnostic and those within it. ICSNPP names the response header as source of all of them, and the client as sender of
   * those outside a header.
   */
  diagnostic(link: string, diagnostic: DiagnosticInfo, strings: readonly string[], inHeader: boolean): void {
    const root = this.id()
    const from: Side = inHeader ? this.from : 'client'
    let next: DiagnosticInfo | undefined = diagnostic
    for (let level = 0; next !== undefined && level <= MAX_INNER; level++) {
      const d: DiagnosticInfo = next
      if ((d.mask & 0x20) !== 0) this.status(link, 1, d.status, level, from)
      const [symbol, namespace, locale, text] = [0x01, 0x02, 0x08, 0x04].map((bit) => (d.mask & bit) !== 0) as [
        boolean,
        boolean,
        boolean,
        boolean,
      ]
      this.row(
        'diag_info_detail',
        {
          diag_info_link_id: link,
          root_object_id: root,
          source: level === 0 ? 0 : 1,
          source_str: level === 0 ? 'ResponseHeader_DiagInfo' : 'ResponseHeader_InnerDiagInfo',
          inner_diag_level: level,
          has_symbolic_id: symbol,
          symbolic_id: symbol ? d.symbol : undefined,
          symbolic_id_str: symbol ? (strings[d.symbol] ?? '') : undefined,
          has_namespace_uri: namespace,
          namespace_uri: namespace ? d.namespace : undefined,
          namespace_uri_str: namespace ? (strings[d.namespace] ?? '') : undefined,
          has_locale: locale,
          locale: locale ? d.locale : undefined,
          locale_str: locale ? (strings[d.locale] ?? '') : undefined,
          has_locale_txt: text,
          locale_txt: text ? d.text : undefined,
          locale_txt_str: text ? (strings[d.text] ?? '') : undefined,
          has_addl_info: (d.mask & 0x10) !== 0,
          addl_info: (d.mask & 0x10) !== 0 ? d.more : undefined,
          has_inner_stat_code: (d.mask & 0x20) !== 0,
          inner_stat_code: (d.mask & 0x20) !== 0 ? hex(d.status, 8) : undefined,
          has_inner_diag_info: d.inner !== undefined,
        },
        from,
      )
      next = d.inner
    }
  }

  /** Rows of a list of diagnostics; their link, or undefined without any. */
  diagnostics(list: readonly DiagnosticInfo[], strings: readonly string[]): string | undefined {
    if (list.length === 0) return undefined
    const link = this.id()
    for (const d of list) this.diagnostic(link, d, strings, false)
    return link
  }
}

/** The six cells of a node id; with those of an expanded one where its mask says so. */
export function nodeCells(prefix: string, node: NodeId, encoding = `${prefix}_encoding_mask`): Values {
  const values: Values = { [encoding]: hex(node.mask, 2) }
  if (node.namespace >= 0) values[`${prefix}_namespace_idx`] = node.namespace
  if (typeof node.id === 'number') values[`${prefix}_numeric`] = node.id
  else if (typeof node.id === 'string') values[`${prefix}_string`] = node.id
  else if (node.kind === 4) values[`${prefix}_guid`] = guidText(node.id)
  else values[`${prefix}_opaque`] = shortHex(node.id)
  if ((node.mask & 0x80) !== 0) values[`${prefix}_namespace_uri`] = node.uri
  if ((node.mask & 0x40) !== 0) values[`${prefix}_server_idx`] = node.server
  return values
}

/** The bytes as they lie, in groups. */
export function guidText(bytes: Uint8Array): string {
  const digits = hexText(bytes)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20, 32)}`
}

/** `0x` and at most 24 bytes. */
export function shortHex(bytes: Uint8Array): string {
  return `0x${hexText(bytes, 24)}${bytes.length > 24 ? '...' : ''}`
}

/** Undefined for an empty text. */
export const unlessEmpty = (text: string): string | undefined => (text === '' ? undefined : text)
export const bytesUnlessEmpty = (bytes: Uint8Array): string | undefined => (bytes.length === 0 ? undefined : shortHex(bytes))

/** Seconds since 1970 of a date in 100 ns since 1601. */
export const unixTime = (ticks: number): number => ticks / 10_000_000 - 11_644_473_600
