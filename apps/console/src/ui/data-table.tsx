/** A table of any length: only the rows in view are in the document. Sort, filters, columns and selection belong to the page. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type ReactNode, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { HeaderRow } from './data-table-head.tsx'
import { fitting, leastWidth, narrowed } from './fitting.ts'
import { isTyping } from './keys.ts'

export type Column<T> = {
  readonly id: string
  readonly title: string
  /** A CSS grid track: `120px`, `minmax(160px, 1fr)`. */
  readonly width: string
  readonly cell: (row: T) => ReactNode
  /** The word the server sorts by; absent where it cannot. */
  readonly sort?: string
  /** `text` for typing; options for a choice. */
  readonly filter?: 'text' | readonly (readonly [value: string, text: string])[]
  readonly isNumber?: boolean
  /** 1 leaves first where there is not room for all columns; one without it stays. */
  readonly leaves?: number
  /** Not shown until somebody chooses it. */
  readonly isExtra?: boolean
  /** What an export writes; columns without it are left out. */
  readonly text?: (row: T) => string
}

export type TableProps<T> = {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly total?: number | undefined
  readonly keyOf: (row: T) => string
  readonly selected?: string | undefined
  readonly onSelect?: (id: string | undefined) => void
  readonly onOpen?: (id: string) => void
  readonly checked?: ReadonlySet<string>
  readonly onCheck?: (id: string) => void
  /** The sort in force, `-` in front for descending. */
  readonly sort?: string
  readonly onSort?: (next: string) => void
  readonly filters?: Readonly<Record<string, string>>
  readonly onFilter?: (column: string, value: string) => void
  readonly onEnd?: () => void
  readonly nothing?: ReactNode
  /** Rows being replaced by an answer under way are shown dimmed. */
  readonly isStale?: boolean
}

const ROW_PX = 28
/** Rows before the end at which the next page is asked for. */
const AHEAD = 60

export function DataTable<T>(props: TableProps<T>): ReactNode {
  const { label, rows, total, keyOf, selected, checked, onCheck, onEnd, nothing, isStale = false } = props
  const scroller = useRef<HTMLDivElement>(null)
  const fixed = onCheck === undefined ? [] : ['28px']
  const px = useWidth(scroller)
  const columns = fitting(props.columns, px, { ...props, fixed })
  const leftOut = props.columns.filter((column) => !columns.includes(column))
  const id = useId()
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 })
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  const at = selected === undefined ? -1 : rows.findIndex((row) => keyOf(row) === selected)

  useEffect(() => {
    if (last >= rows.length - AHEAD && rows.length > 0) onEnd?.()
  }, [last, rows.length, onEnd])
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at])
  useRowKeys(props, at)

  const widths = narrowed([...fixed, ...columns.map((column) => column.width)], px)
  const tracks = { '--tracks': widths.join(' '), '--least': `${leastWidth(widths)}px` } as CSSProperties
  return (
    <div
      ref={scroller}
      className={`table ${isStale ? 'table-stale' : ''}`}
      style={tracks}
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-multiselectable={onCheck !== undefined}
      tabIndex={0}
      aria-activedescendant={at >= 0 && shown.some((item) => item.index === at) ? `${id}-${at}` : undefined}
    >
      <HeaderRow {...props} columns={columns} />
      {rows.length === 0 ? (
        <div className="table-nothing" role="row">
          <div role="gridcell">{nothing}</div>
        </div>
      ) : (
        <div className="table-body" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index]!
            const key = keyOf(row)
            const isChecked = checked?.has(key) ?? false
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid's keys are handled once, in useRowKeys
              <div
                key={key}
                id={`${id}-${item.index}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={item.index === at || isChecked}
                className={`table-row ${item.index === at ? 'table-row-on' : ''} ${isChecked ? 'table-row-checked' : ''}`}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={(event) => {
                  if (!(event.target instanceof Element && event.target.closest('a, button, input, label')))
                    props.onSelect?.(item.index === at ? undefined : key)
                }}
                onDoubleClick={() => props.onOpen?.(key)}
              >
                {onCheck !== undefined && (
                  <div role="gridcell" className="table-check">
                    <input type="checkbox" tabIndex={-1} aria-label="Choose this row" checked={isChecked} onChange={() => onCheck(key)} />
                  </div>
                )}
                {columns.map((column) => (
                  <div key={column.id} role="gridcell" className={column.isNumber ? 'clip num' : 'clip'}>
                    {column.cell(row)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      )}
      {leftOut.length > 0 && (
        <p className="table-left-out" aria-hidden>
          Not shown for want of room: {leftOut.map(({ title }) => title).join(', ')}
        </p>
      )}
    </div>
  )
}

/** How wide the table may be; without end until that is known. */
function useWidth(of: RefObject<HTMLElement | null>): number {
  const [width, set] = useState(Number.POSITIVE_INFINITY)
  useLayoutEffect(() => {
    const element = of.current
    if (element === null) return
    const measure = () => set(element.clientWidth)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [of])
  return width
}

/** j, k and the arrows move; Enter opens; x chooses; Escape lets go. They work wherever the focus is, except while typing. */
function useRowKeys<T>(props: TableProps<T>, at: number): void {
  const latest = useRef({ props, at })
  latest.current = { props, at }
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return
      const { props: table, at: here } = latest.current
      const step = STEPS[event.key]
      if (step !== undefined && table.onSelect !== undefined) {
        const to = Math.min(table.rows.length - 1, Math.max(0, here + step))
        const next = table.rows[to]
        if (next !== undefined) table.onSelect(table.keyOf(next))
        // The address follows a moment later; a key pressed before that goes on from here.
        latest.current = { props: table, at: to }
        event.preventDefault()
        return
      }
      const row = table.rows[here]
      if (row === undefined) return
      const key = table.keyOf(row)
      if (event.key === 'Enter' && !isControl(event)) table.onOpen?.(key)
      else if (event.key === 'x') table.onCheck?.(key)
      else if (event.key === 'Escape') table.onSelect?.(undefined)
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }

/** Enter belongs to a focused link or button first. */
function isControl(event: KeyboardEvent): boolean {
  return event.target instanceof Element && event.target.closest('a, button, summary') !== null
}
