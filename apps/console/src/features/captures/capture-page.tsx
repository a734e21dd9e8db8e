import { useParams } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useMemo, useState } from 'react'
import type { Capture } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { ActionBar, useActions } from '../../shell/actions.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useCan } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { useSubmit, Wrong } from '../../ui/form.tsx'
import { bytes, count, percent } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Facts, Page, Section } from '../../ui/page.tsx'
import { Progress } from '../../ui/progress.tsx'
import { say } from '../../ui/toast.tsx'
import { CAPTURE_ACTIONS } from './captures.actions.ts'
import { removeCapture, useCapture } from './captures.api.ts'
import { isRunning, rangeOf, shareOf, stateWords } from './captures.view.ts'
import './captures.css'

export function CapturePage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  return (
    <Loaded
      value={useCapture(id)}
      skeleton={
        <div className="page">
          <SkeletonRows rows={10} />
        </div>
      }
    >
      {(capture) => <There capture={capture} />}
    </Loaded>
  )
}

function There({ capture }: { readonly capture: Capture }): ReactNode {
  const [isAsked, setAsked] = useState(false)
  const subject = useMemo(() => ({ capture, ask: () => setAsked(true) }), [capture])
  const actions = useActions(CAPTURE_ACTIONS, subject)
  return (
    <Page
      title={<span className="mono">{capture.name}</span>}
      lead={<span className="second">{stateWords(capture)}</span>}
      actions={<ActionBar actions={actions} />}
    >
      {isAsked && <RemoveDialog capture={capture} onClose={() => setAsked(false)} />}
      {isRunning(capture) && <Reading capture={capture} />}
      {capture.error !== null && (
        <p className="capture-error" role="alert">
          {capture.error}
        </p>
      )}
      {capture.packets > 0 && <Found capture={capture} />}
      <div className="capture-grid">
        <Section title="The file">
          <Facts
            rows={[
              ['Site', capture.site],
              ['Size', `${bytes(capture.bytesTotal)} (${count(capture.bytesTotal)} bytes)`],
              ['Packets', count(capture.packets)],
              ['First packet', <When key="f" at={capture.firstAt} />],
              ['Last packet', <When key="l" at={capture.lastAt} />],
              ['Uploaded', <When key="u" at={capture.uploadedAt} />],
              ['From', capture.source === 'plant' ? 'the demonstration plant' : 'an upload'],
              ['SHA-256', <Copy key="h" text={capture.sha256}>{`${capture.sha256.slice(0, 16)}…`}</Copy>],
            ]}
          />
        </Section>
        <Section title="Problems while reading" aside={capture.problems.length > 0 ? count(capture.problems.length) : undefined}>
          {capture.problems.length === 0 ? (
            <p className="section-body quiet">
              {isRunning(capture) ? 'None so far.' : 'None: every byte of the file made sense as a capture.'}
            </p>
          ) : (
            <table className="plain-table">
              <thead>
                <tr>
                  <th className="num">At byte</th>
                  <th>Why</th>
                </tr>
              </thead>
              <tbody>
                {capture.problems.map((problem) => (
                  <tr key={`${problem.offset}${problem.why}`}>
                    <td className="num mono">{count(problem.offset)}</td>
                    <td className="wide">{problem.why}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Section>
        {capture.packets > 0 && <OpenPacket capture={capture} />}
      </div>
    </Page>
  )
}

function RemoveDialog({ capture, onClose }: { readonly capture: Capture; readonly onClose: () => void }): ReactNode {
  const go = useGo()
  const { wrong, isBusy, submit } = useSubmit(async () => {
    await removeCapture(capture.id)
    say(`Removed ${capture.name}`)
    go('/captures')
  })
  return (
    <Dialog title="Remove the capture" onClose={onClose}>
      <form onSubmit={submit}>
        <p>
          <span className="mono">{capture.name}</span> is deleted from this server. What was learnt from it stays, but claims that rest on
          it no longer lead back to packets. This cannot be undone.
        </p>
        <Wrong text={wrong} />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="primary" disabled={isBusy}>
            Remove
          </Button>
        </footer>
      </form>
    </Dialog>
  )
}

function Reading({ capture }: { readonly capture: Capture }): ReactNode {
  const share = shareOf(capture)
  return (
    <div className="capture-reading">
      <Progress label={`Reading ${capture.name}`} share={share} />
      <p className="second" role="status">
        {share === undefined
          ? 'Waiting for its turn'
          : `${percent(share)}: ${count(capture.packets)} packets in ${bytes(capture.bytesDone)} of ${bytes(capture.bytesTotal)}`}
      </p>
    </div>
  )
}

function Found({ capture }: { readonly capture: Capture }): ReactNode {
  const range = rangeOf(capture)
  const scope = { site: capture.site, range }
  return (
    <div className="views" role="group" aria-label="What was found">
      <Go to="/alerts" search={{ site: capture.site }} className="button button-primary">
        Alerts
      </Go>
      <Go to="/assets" search={{ site: capture.site }} className="button">
        Assets
      </Go>
      <Go to="/map" search={{ site: capture.site }} className="button">
        Map
      </Go>
      <Go to="/sessions" search={scope} className="button">
        Sessions of this time
      </Go>
      <Go to="/operations" search={{ site: capture.site }} className="button">
        Operations
      </Go>
      <Go to="/process" search={{ site: capture.site }} className="button">
        Process values
      </Go>
      <Go to="/coverage" search={{ site: capture.site }} className="button">
        Blind spots
      </Go>
    </div>
  )
}

function OpenPacket({ capture }: { readonly capture: Capture }): ReactNode {
  const go = useGo()
  const can = useCan()
  const [wrong, setWrong] = useState<string>()
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    const number = Number(new FormData(event.currentTarget).get('number'))
    if (!Number.isInteger(number) || number < 1 || number > capture.packets) setWrong(`A whole number from 1 to ${count(capture.packets)}.`)
    else go(`/captures/${encodeURIComponent(capture.id)}/packets/${number}`)
  }
  if (!can('packet.read')) return null
  return (
    <Section title="Look into a packet">
      <form className="section-body packet-form" onSubmit={submit}>
        <TextField label={`Number, 1 to ${count(capture.packets)}`} name="number" inputMode="numeric" defaultValue="1" error={wrong} />
        <Button type="submit">Open</Button>
      </form>
    </Section>
  )
}
