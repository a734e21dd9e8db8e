import type { ReactNode } from 'react'

/** How far something is; `share` from 0 to 1, undefined while unknown. */
export function Progress({ label, share }: { readonly label: string; readonly share: number | undefined }): ReactNode {
  const now = share === undefined ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div
      className={`progress ${now === undefined ? 'progress-unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={now}
    >
      <i style={{ width: `${now ?? 30}%` }} />
    </div>
  )
}

/** A small bar for a share inside a table cell; the number stands beside it in words. */
export function Bar({ share, tone = 'plain' }: { readonly share: number; readonly tone?: string }): ReactNode {
  return (
    <span className={`bar bar-${tone}`} aria-hidden>
      <i style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
    </span>
  )
}
