import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { queryClient } from '../../api/query.ts'
import { ApiError } from '../../api/request.ts'
import type { SignInReply } from '../../api/types.ts'
import { Enrol } from '../../shell/account/enrol.tsx'
import { fetchMe } from '../../shell/me.ts'
import { Code, Credentials, NewPassword } from './steps.tsx'

export type Known = { readonly name: string; readonly password: string }
type Step = SignInReply['state']

const LEADS: Readonly<Record<Step, string>> = {
  'signed-in': 'Signed in.',
  'totp-needed': 'Enter the code your authenticator app shows for Isthmus.',
  'password-change': 'This was a one-time password. Choose your own to go on.',
  'totp-enrol': 'A second factor protects the plant from a lost password.',
}

export function SignInPage(): ReactNode {
  const { next } = useSearch({ strict: false }) as { next?: string }
  const navigate = useNavigate()
  const [step, setStep] = useState<Step | undefined>()
  const [known, setKnown] = useState<Known>({ name: '', password: '' })

  const advance = (reached: Step): void => {
    setStep(reached)
    if (reached !== 'signed-in') return
    queryClient.clear()
    void navigate({ href: isOwn(next) ? next : '/now', replace: true })
  }
  // A session whose first sign-in was interrupted goes on where it stopped: with its password asked again.
  const resume = async (): Promise<void> => {
    queryClient.removeQueries({ queryKey: ['me'] })
    advance((await fetchMe()).state)
  }
  useEffect(() => {
    fetchMe()
      .then((me) => me.state === 'signed-in' && advance('signed-in'))
      .catch((cause: unknown) => cause instanceof ApiError || Promise.reject(cause))
  }, [])

  return (
    <main className="sign-in">
      <div className="sign-in-box">
        <header>
          <img src="/isthmus.svg" alt="" width={28} height={28} />
          <h1>Isthmus</h1>
        </header>
        <p className="second">{step === undefined ? 'Plant and IT security in one place. Sign in to see your sites.' : LEADS[step]}</p>
        {step === undefined && (
          <Credentials
            onDone={(credentials, reached) => {
              setKnown(credentials)
              advance(reached)
            }}
          />
        )}
        {step === 'totp-needed' && <Code known={known} onDone={advance} onBack={() => setStep(undefined)} />}
        {step === 'password-change' && (
          <NewPassword
            known={known}
            onDone={(password) => {
              setKnown({ ...known, password })
              return resume()
            }}
          />
        )}
        {step === 'totp-enrol' && <Enrol password={known.password} onDone={resume} />}
      </div>
    </main>
  )
}

/** Only addresses of this console: a link must not be able to send somebody elsewhere after signing in. */
function isOwn(next: string | undefined): next is string {
  return next?.startsWith('/') === true && !next.startsWith('//') && !next.startsWith('/\\')
}
