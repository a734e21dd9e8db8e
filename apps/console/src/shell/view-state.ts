/** The URL holds the view: filters, sort and selection are search parameters, so that a link is how analysts hand over. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'

export type Search = Readonly<Record<string, string | undefined>>

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text))
}

export function stringifySearch(search: Readonly<Record<string, unknown>>): string {
  const out = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) if (value !== undefined && value !== '') out.set(name, String(value))
  const text = out.toString()
  return text === '' ? '' : `?${text}`
}

export type SetView<K extends string> = (change: Partial<Record<K, string>>, how?: { readonly push?: boolean }) => void

/** The named parameters with their defaults; a parameter at its default leaves the URL. */
export function useView<K extends string>(defaults: Readonly<Record<K, string>>): readonly [Readonly<Record<K, string>>, SetView<K>] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const view = useMemo(() => {
    const merged: Record<string, string> = { ...defaults }
    for (const name of Object.keys(defaults)) merged[name] = search[name] ?? merged[name]!
    return merged as Record<K, string>
  }, [search, defaults])
  const set = useCallback<SetView<K>>(
    (change, how) => {
      void navigate({
        to: '.',
        replace: how?.push !== true,
        resetScroll: false,
        search: ((previous: Search) => {
          const next: Record<string, string | undefined> = { ...previous }
          for (const [name, value] of Object.entries(change) as [K, string][]) next[name] = value === defaults[name] ? undefined : value
          return next
        }) as never,
      })
    },
    [navigate, defaults],
  )
  return [view, set]
}
