/** The four states of everything that is asked for: loading, failed, nothing, there. */
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { type Icon, IconAlertTriangle } from './icons.ts'

/** The part of a query this needs: whoever asks may be any library. */
export type Asked<T> = {
  readonly data: T | undefined
  readonly error: Error | null
  readonly isPending: boolean
  readonly refetch: () => unknown
}

type Props<T> = {
  readonly value: Asked<T>
  /** The shape of what will be there. */
  readonly skeleton: ReactNode
  readonly isNothing?: (value: T) => boolean
  /** What would be here and how to get it. */
  readonly nothing?: ReactNode
  readonly children: (value: T) => ReactNode
}

export function Loaded<T>({ value, skeleton, isNothing, nothing, children }: Props<T>): ReactNode {
  if (value.data !== undefined) return isNothing?.(value.data) ? nothing : children(value.data)
  if (value.error !== null) return <Failure error={value.error} retry={value.refetch} />
  return (
    <div role="status" aria-busy="true" aria-label="Loading">
      {skeleton}
    </div>
  )
}

const REMEDIES: Readonly<Record<number, string>> = {
  0: 'The page asks again by itself when the connection is back.',
  403: 'Ask an administrator for a grant on this site.',
  404: 'It may have been merged or its retention time has passed. Go back to the list.',
  429: 'Wait a moment, then try again.',
}

export function Failure({ error, retry }: { readonly error: Error; readonly retry?: () => unknown }): ReactNode {
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined
  return (
    <div className="state" role="alert">
      <IconAlertTriangle size={22} stroke={1.4} aria-hidden />
      <h2>This could not be shown</h2>
      <p>{error.message}</p>
      <p className="quiet">
        {(status === undefined ? undefined : REMEDIES[status]) ?? 'Try again; if it stays, the server log names the cause.'}
      </p>
      {retry !== undefined && status !== 403 && status !== 404 && <Button onClick={() => retry()}>Try again</Button>}
    </div>
  )
}

type NothingProps = { readonly icon?: Icon; readonly title: string; readonly children?: ReactNode }

export function Nothing({ icon: Glyph, title, children }: NothingProps): ReactNode {
  return (
    <div className="state">
      {Glyph !== undefined && <Glyph size={22} stroke={1.4} aria-hidden />}
      <h2>{title}</h2>
      {children !== undefined && <div className="second">{children}</div>}
    </div>
  )
}

/** Grey bars in the shape of rows. */
export function SkeletonRows({
  rows = 12,
  widths = [18, 30, 14, 22],
}: {
  readonly rows?: number
  readonly widths?: readonly number[]
}): ReactNode {
  return (
    <div className="skeleton">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row">
          {widths.map((width, cell) => (
            <i key={cell} style={{ width: `${width * (0.65 + 0.35 * Math.abs(Math.sin(row * 7 + cell)))}%` }} />
          ))}
        </div>
      ))}
    </div>
  )
}

export function SkeletonBlock({ height }: { readonly height: number }): ReactNode {
  return <div className="skeleton-block" style={{ height }} />
}
