import { type ReactNode, useState } from 'react'
import { refresh } from '../../api/query.ts'
import { When } from '../../objects/marks.tsx'
import { changePassword } from '../../shell/account/account.api.ts'
import { Enrol } from '../../shell/account/enrol.tsx'
import { useMe } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented, TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { words } from '../../ui/format.ts'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { chooseTheme, type Theme, useTheme } from '../../ui/theme.ts'
import { say } from '../../ui/toast.tsx'
import './settings.css'

const THEMES = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const

export function SettingsPage(): ReactNode {
  const me = useMe()
  const theme = useTheme()
  return (
    <Page title="Settings">
      <div className="settings">
        <div className="stack">
          <Section title="Me">
            <Facts
              rows={[
                ['Name', `${me.user.displayName} (${me.user.name})`],
                [
                  'Roles',
                  me.roles
                    .map(
                      (each) =>
                        `${words(each.role)}${each.site === null ? ' of every site' : ` of ${me.sites.find((site) => site.id === each.site)?.name ?? each.site}`}`,
                    )
                    .join(', '),
                ],
                ['Sites', me.sites.map((site) => `${site.name} (${site.timezone})`).join(', ')],
                ['Signed in', <When key="s" at={me.signedInAt} />],
                ['Session ends', <When key="e" at={me.expiresAt} />],
              ]}
            />
          </Section>
          <Section title="Look">
            <div className="section-body settings-line">
              <span>Theme</span>
              <Segmented label="Theme" value={theme} options={THEMES} onChange={(next) => chooseTheme(next as Theme)} />
            </div>
          </Section>
        </div>
        <div className="stack">
          <Section title="Password">
            <Password />
          </Section>
          <Section title="Second factor">
            <div className="section-body stack-tight">
              <SecondFactor has={me.user.hasTotp} />
            </div>
          </Section>
        </div>
      </div>
    </Page>
  )
}

function Password(): ReactNode {
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    if (form.get('password') !== form.get('again')) throw new Error('The two new passwords differ. Type the new one again.')
    await changePassword(String(form.get('current')), String(form.get('password')))
    say('Password changed')
  })
  return (
    <form
      className="section-body settings-form"
      onSubmit={(event) => {
        submit(event)
        event.currentTarget.reset()
      }}
    >
      <TextField label="Current password" name="current" type="password" autoComplete="current-password" required />
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={12}
        required
        help="At least 12 characters: a few words are easier to remember than symbols."
      />
      <TextField label="New password again" name="again" type="password" autoComplete="new-password" required />
      <Wrong text={wrong} />
      <Button type="submit" disabled={isBusy}>
        Change password
      </Button>
    </form>
  )
}

function SecondFactor({ has }: { readonly has: boolean }): ReactNode {
  const [isEnrolling, enrol] = useState(false)
  const done = async (): Promise<void> => {
    enrol(false)
    refresh('me')
    say('The second factor is in force')
  }
  if (isEnrolling)
    return (
      <div className="settings-form">
        <Enrol password="" isReplacing={has} onDone={done} />
      </div>
    )
  return (
    <>
      <p>{has ? 'An authenticator app is asked for when you sign in.' : 'Only your password protects this account.'}</p>
      <div>
        <Button onClick={() => enrol(true)}>{has ? 'Move to another app' : 'Add an authenticator app'}</Button>
      </div>
    </>
  )
}
