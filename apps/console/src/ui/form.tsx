import { type FormEvent, type ReactNode, useState } from 'react'

/** Runs a form's work, holding its failure in words and its button while it runs. */
export function useSubmit(work: (form: FormData) => Promise<void>): {
  readonly wrong: string | undefined
  readonly isBusy: boolean
  readonly submit: (event: FormEvent<HTMLFormElement>) => void
} {
  const [wrong, setWrong] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    setBusy(true)
    setWrong(undefined)
    work(new FormData(event.currentTarget))
      .catch((cause: Error) => setWrong(cause.message))
      .finally(() => setBusy(false))
  }
  return { wrong, isBusy, submit }
}

export function Wrong({ text }: { readonly text: string | undefined }): ReactNode {
  return text === undefined ? null : (
    <p className="field-error" role="alert">
      {text}
    </p>
  )
}

/** What an input for a one-time code has in common everywhere. */
export const CODE = {
  inputMode: 'numeric',
  autoComplete: 'one-time-code',
  pattern: '[0-9]{6}',
  maxLength: 6,
  title: 'Six digits',
  required: true,
} as const
