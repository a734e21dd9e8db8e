/** A word of the trade with its explanation on hover and focus; one glossary feeds them all. */

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { get } from '../api/request.ts'
import type { Term as TermRow } from '../api/types.ts'

const DAY_MS = 86_400_000

function useMeaning(name: string): string | undefined {
  const { data } = useQuery({
    queryKey: ['glossary'],
    queryFn: () => get<{ items: readonly TermRow[] }>('/glossary'),
    staleTime: DAY_MS,
    select: (glossary) => new Map(glossary.items.map((row) => [row.term.toLowerCase(), row.means])),
  })
  return data?.get(name.toLowerCase())
}

export function Term({ name, children }: { readonly name: string; readonly children?: ReactNode }): ReactNode {
  const means = useMeaning(name)
  const text = children ?? name
  if (means === undefined) return <>{text}</>
  return (
    <button type="button" className="term" data-tip={means} aria-description={means}>
      {text}
    </button>
  )
}
