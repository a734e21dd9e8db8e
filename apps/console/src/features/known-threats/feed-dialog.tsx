/** Adding a feed: where the server is and how to sign in, then which of its collections. */
import { type ReactNode, useState } from 'react'
import { useMe } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { say } from '../../ui/toast.tsx'
import { addFeed, discoverFeeds, type FeedReach, type Offered } from './known-threats.api.ts'
import { paceWords } from './known-threats.view.ts'

const PACES = [60, 240, 1440, 10_080]

export function FeedDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [found, setFound] = useState<{ readonly reach: FeedReach; readonly offered: Offered }>()
  return (
    <Dialog title="Add a feed" onClose={onClose}>
      {found === undefined ? (
        <Reach onClose={onClose} onFound={(reach, offered) => setFound({ reach, offered })} />
      ) : (
        <Choose {...found} onClose={onClose} />
      )}
    </Dialog>
  )
}

type ReachProps = { readonly onClose: () => void; readonly onFound: (reach: FeedReach, offered: Offered) => void }

function Reach({ onClose, onFound }: ReachProps): ReactNode {
  const [authentication, setAuthentication] = useState<FeedReach['authentication']>('basic')
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const text = (name: string): string | undefined => String(form.get(name) ?? '').trim() || undefined
    const reach: FeedReach = {
      url: text('url') ?? '',
      authentication,
      user: text('user'),
      password: text('password'),
      token: text('token'),
      authority: text('authority'),
    }
    onFound(reach, await discoverFeeds(reach))
  })
  return (
    <form className="threat-form" onSubmit={submit}>
      <TextField
        label="Address of the TAXII 2.1 server"
        name="url"
        type="url"
        required
        placeholder="https://taxii.example/taxii2/"
        help="This server connects to it. You need a grant for all sites."
      />
      <SelectField
        label="Sign-in"
        value={authentication}
        onChange={(event) => setAuthentication(event.target.value as FeedReach['authentication'])}
        options={[
          ['basic', 'user and password'],
          ['token', 'a token'],
          ['none', 'none'],
        ]}
      />
      {authentication === 'basic' && (
        <>
          <TextField label="User" name="user" required autoComplete="off" />
          <TextField label="Password" name="password" type="password" required autoComplete="new-password" />
        </>
      )}
      {authentication === 'token' && <TextField label="Token" name="token" type="password" required autoComplete="off" />}
      <TextArea
        label="Certificates of its authority"
        name="authority"
        help="In PEM, where the server's certificate is signed by an authority of your own. Otherwise leave it empty."
      />
      <Wrong text={wrong} />
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={isBusy}>
          See what it offers
        </Button>
      </footer>
    </form>
  )
}

type ChooseProps = { readonly reach: FeedReach; readonly offered: Offered; readonly onClose: () => void }

function Choose({ reach, offered, onClose }: ChooseProps): ReactNode {
  const me = useMe()
  const choices = offered.roots.flatMap((root) => root.collections.map((collection) => ({ root, collection })))
  const troubles = offered.roots.flatMap(({ url, trouble }) => (trouble === null ? [] : [`${url}: ${trouble}`]))
  const { wrong, isBusy, submit } = useSubmit(async (form) => {
    const chosen = choices[Number(form.get('choice'))]
    if (chosen === undefined) throw new Error('Choose a collection.')
    const source = await addFeed({
      ...reach,
      url: chosen.root.url,
      collection: chosen.collection.id,
      name: String(form.get('name')),
      site: String(form.get('site')) || undefined,
      everyMinutes: Number(form.get('pace')),
    })
    say(source.feed?.trouble == null ? `${source.name}: added` : `${source.name}: ${source.feed.trouble}`)
    onClose()
  })
  if (choices.length === 0)
    return (
      <>
        <p>This server offers no collection that may be read with this sign-in.</p>
        <Wrong text={troubles.length === 0 ? undefined : troubles.join(' · ')} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Close</Button>
        </footer>
      </>
    )
  return (
    <form className="threat-form" onSubmit={submit}>
      <SelectField
        label={`Collection of ${offered.title || reach.url}`}
        name="choice"
        options={choices.map(
          ({ root, collection }, i) => [String(i), `${collection.title || collection.id} (${root.title || root.url})`] as const,
        )}
      />
      <TextField label="Name" name="name" required maxLength={200} defaultValue={choices[0]?.collection.title ?? ''} />
      <SelectField
        label="It counts for"
        name="site"
        defaultValue=""
        options={[['', 'all sites'], ...me.sites.map((site) => [site.id, site.name] as const)]}
      />
      <SelectField
        label="It is asked"
        name="pace"
        defaultValue="240"
        options={PACES.map((minutes) => [String(minutes), paceWords(minutes)] as const)}
      />
      <Wrong text={wrong} />
      <footer className="dialog-foot">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" tone="primary" disabled={isBusy}>
          Add
        </Button>
      </footer>
    </form>
  )
}
