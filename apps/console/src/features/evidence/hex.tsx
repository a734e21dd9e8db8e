import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import { hex2, printable, type Range, ROW_BYTES, rowsOf } from './evidence.view.ts'

type Props = {
  readonly bytes: readonly number[]
  /** The bytes a claim rests on. */
  readonly claim: Range | undefined
  /** The bytes of the chosen node. */
  readonly chosen: Range | undefined
  readonly onChoose: (byte: number) => void
}

const ROW_PX = 20

export function Hex({ bytes, claim, chosen, onChoose }: Props): ReactNode {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => rowsOf(bytes), [bytes])
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 10 })
  const start = chosen?.[0] ?? claim?.[0]
  useEffect(() => {
    if (start !== undefined) virtual.scrollToIndex(Math.floor(start / ROW_BYTES), { align: 'auto' })
  }, [start])
  const classOf = (at: number): string => `${within(at, chosen) ? 'hex-chosen' : ''} ${within(at, claim) ? 'hex-claim' : ''}`
  return (
    <div className="hex-side">
      {claim !== undefined && (
        <p className="hex-legend second">
          <span className="hex-claim mono">underlined</span> bytes {claim[0]} to {claim[1]}: what the claim rests on
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: bytes scroll by keyboard */}
      <div ref={scroller} className="hex mono" tabIndex={0} role="group" aria-label="Bytes of the packet">
        <div style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const base = item.index * ROW_BYTES
            const row = rows[item.index]!
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree beside it is the keyboard's way to every byte
              // biome-ignore lint/a11y/noStaticElementInteractions: a pointer's short cut into the tree
              <div
                key={item.index}
                className="hex-row"
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={(event) => {
                  const at = event.target instanceof HTMLElement ? event.target.dataset['at'] : undefined
                  if (at !== undefined) onChoose(Number(at))
                }}
              >
                <span className="hex-offset">{base.toString(16).padStart(4, '0')}</span>
                <span className="hex-bytes">
                  {row.map((byte, n) => (
                    <span key={n} data-at={base + n} className={classOf(base + n)}>
                      {hex2(byte)}
                    </span>
                  ))}
                </span>
                <span className="hex-text">
                  {row.map((byte, n) => (
                    <span key={n} data-at={base + n} className={classOf(base + n)}>
                      {printable(byte)}
                    </span>
                  ))}
                </span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function within(at: number, range: Range | undefined): boolean {
  return range !== undefined && at >= range[0] && at < range[1]
}
