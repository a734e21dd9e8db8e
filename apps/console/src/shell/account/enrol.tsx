/** Enrolling a second factor: the secret as a QR code drawn here, and in words for those who type it. */
import { type ReactNode, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Copy } from '../../ui/copy.tsx'
import { TextField } from '../../ui/field.tsx'
import { CODE, useSubmit, Wrong } from '../../ui/form.tsx'
import { Qr } from '../../ui/qr.tsx'
import { beginEnrolment, confirmEnrolment } from './account.api.ts'

type Props = {
  readonly password: string
  /** There is a factor already: a code of it is asked before another takes its place. */
  readonly isReplacing?: boolean
  readonly onDone: () => Promise<void>
}

export function Enrol({ password, isReplacing = false, onDone }: Props): ReactNode {
  const [given, setGiven] = useState(password)
  const [secret, setSecret] = useState<{ readonly uri: string; readonly secret: string }>()
  const begin = useSubmit(async (form) => {
    const typed = String(form.get('password') ?? given)
    const reply = await beginEnrolment(typed, isReplacing ? String(form.get('present')) : undefined)
    setGiven(typed)
    setSecret({ uri: reply.uri ?? '', secret: reply.secret ?? '' })
  })
  const confirm = useSubmit(async (form) => {
    await confirmEnrolment(given, String(form.get('code')))
    await onDone()
  })
  if (secret === undefined)
    return (
      <form onSubmit={begin.submit}>
        {given === '' && <TextField label="Your password" name="password" type="password" autoComplete="current-password" required />}
        {isReplacing && <TextField label="The code your present app shows" name="present" className="input mono code-input" {...CODE} />}
        <p className="second">You need an authenticator app: any that reads a QR code for one-time codes will do.</p>
        <Wrong text={begin.wrong} />
        <Button type="submit" tone="primary" disabled={begin.isBusy}>
          Show the code to scan
        </Button>
      </form>
    )
  return (
    <form onSubmit={confirm.submit}>
      <Qr text={secret.uri} label="QR code to scan with an authenticator app; the same secret stands below as text" />
      <p className="second enrol-secret">
        Cannot scan? Type this into the app: <Copy text={secret.secret}>{secret.secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</Copy>
      </p>
      <TextField label="The code the app shows" name="code" className="input mono code-input" autoFocus {...CODE} />
      <Wrong text={confirm.wrong} />
      <Button type="submit" tone="primary" disabled={confirm.isBusy}>
        Finish
      </Button>
    </form>
  )
}
