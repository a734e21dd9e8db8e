import type { ErrorComponentProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Failure, Nothing } from '../ui/loaded.tsx'
import { Go } from './go.tsx'

export function NoSuchPage(): ReactNode {
  return (
    <Nothing title="There is no such page">
      The address may be mistyped, or the link is from another version. <Go to="/now">Go to the first page</Go>.
    </Nothing>
  )
}

export function PageFailed({ error, reset }: ErrorComponentProps): ReactNode {
  return <Failure error={error instanceof Error ? error : new Error(String(error))} retry={reset} />
}
