/** What suppressions hide here, said where it acts. */
import type { ReactNode } from 'react'
import { Go } from '../shell/go.tsx'
import { useCan } from '../shell/me.ts'
import { type SuppressionFilter, useSuppressions } from './suppressions.api.ts'
import { hiddenText } from './suppressions.view.ts'

export function HiddenLine({ filter }: { readonly filter: SuppressionFilter }): ReactNode {
  return useCan()('suppression.read') ? <Line filter={filter} /> : null
}

function Line({ filter }: { readonly filter: SuppressionFilter }): ReactNode {
  const text = hiddenText(useSuppressions(filter).data?.items ?? [])
  if (text === undefined) return null
  const { rule = '', asset = '' } = filter
  return (
    <Go to="/suppressions" search={{ ...(rule === '' ? {} : { rule }), ...(asset === '' ? {} : { asset }) }} className="link">
      {text}
    </Go>
  )
}
