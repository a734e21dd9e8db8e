import { Link, useNavigate } from '@tanstack/react-router'
import { type AnchorHTMLAttributes, type ReactNode, useCallback } from 'react'
import type { Search } from './view-state.ts'

type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & {
  readonly to: string
  readonly search?: Search
  readonly children: ReactNode
}

/** A link inside the console: it keeps the site and the time range. */
export function Go({ to, search = {}, ...rest }: Props): ReactNode {
  return <Link to={to as never} search={search as never} {...(rest as object)} />
}

export function useGo(): (to: string, search?: Search) => void {
  const navigate = useNavigate()
  return useCallback((to, search = {}) => void navigate({ to: to as never, search: search as never }), [navigate])
}
