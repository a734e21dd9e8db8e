import { type ReactNode, useMemo, useState } from 'react'
import type { ThreatSource } from '../../api/types.ts'
import { HostLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { type Action, ActionBar, useActions } from '../../shell/actions.tsx'
import { Go } from '../../shell/go.tsx'
import { useCan, useSiteName } from '../../shell/me.ts'
import { useScope } from '../../shell/scope.ts'
import { IconFileUpload, IconPlus, IconVirusSearch } from '../../ui/icons.ts'
import { Loaded, Nothing, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { AddDialog, RemoveDialog } from './dialogs.tsx'
import { FeedDialog } from './feed-dialog.tsx'
import { useDetectionTest, useMatches, useSources } from './known-threats.api.ts'
import { lastMatches, matchWords } from './known-threats.view.ts'
import { SourceTable } from './source-table.tsx'
import './known-threats.css'

const MATCHES = 10

type Hands = { readonly add: () => void; readonly feed: () => void }

const ACTIONS: readonly Action<Hands>[] = [
  {
    id: 'threats.feed',
    label: 'Add a feed',
    key: 'f',
    icon: IconPlus,
    may: 'threat.manage',
    group: 'Known threats',
    run: ({ feed }) => feed(),
  },
  {
    id: 'threats.add',
    label: 'Add a list or rules',
    key: 'n',
    icon: IconFileUpload,
    may: 'threat.manage',
    group: 'Known threats',
    isPrimary: true,
    run: ({ add }) => add(),
  },
]

export function KnownThreatsPage(): ReactNode {
  const { site } = useScope()
  const can = useCan()
  const sources = useSources(site)
  const [isAdding, setAdding] = useState(false)
  const [isFeeding, setFeeding] = useState(false)
  const [removed, setRemoved] = useState<ThreatSource>()
  const mayManage = can('threat.manage')
  const subject = useMemo(() => ({ add: () => setAdding(true), feed: () => setFeeding(true) }), [])
  const actions = useActions(ACTIONS, subject)
  return (
    <Page title="Known threats" actions={<ActionBar actions={actions} />}>
      {isAdding && <AddDialog onClose={() => setAdding(false)} />}
      {isFeeding && <FeedDialog onClose={() => setFeeding(false)} />}
      {removed !== undefined && <RemoveDialog source={removed} onClose={() => setRemoved(undefined)} />}
      <SelfTest />
      <Loaded
        value={sources}
        skeleton={
          <Section title="Lists of indicators">
            <SkeletonRows rows={6} />
          </Section>
        }
        isNothing={({ items }) => items.length === 0}
        nothing={
          <Section title="Lists and rules">
            <Nothing icon={IconVirusSearch} title="Nothing is looked for by name yet">
              A list of indicators (STIX 2.1, MISP JSON or CSV) names addresses, hosts, web addresses and files of known attacks. YARA rules
              describe the content of malware; files that cross the network are held against them.
            </Nothing>
          </Section>
        }
      >
        {({ items }) => (
          <>
            <SourceTable
              title="Lists of indicators"
              items={items.filter(({ kind }) => kind === 'indicators')}
              none="No list: hosts and files are not compared with known attacks."
              mayManage={mayManage}
              onRemove={setRemoved}
            />
            <SourceTable
              title="YARA rules"
              items={items.filter(({ kind }) => kind === 'yara')}
              none="No rules: the content of files is not looked into."
              mayManage={mayManage}
              onRemove={setRemoved}
            />
          </>
        )}
      </Loaded>
      <Matches site={site} />
    </Page>
  )
}

/** Whether the way from packets to a match works, told by a test file. */
function SelfTest(): ReactNode {
  const { data } = useDetectionTest()
  const test = data?.detection
  if (data === undefined) return null
  if (test === null || test === undefined) return <p className="threat-test quiet">The self-test has not run since the server started.</p>
  return test.ok ? (
    <p className="threat-test second">
      Self-test <When at={test.at} />: a harmless test file (EICAR) was taken out of its packets and found by a YARA rule.
    </p>
  ) : (
    <p className="threat-test threat-test-failed" role="alert">
      Self-test <When at={test.at} /> failed: {test.says}. Malware in files may pass unseen until this is mended; the server's log says
      more.
    </p>
  )
}

function Matches({ site }: { readonly site: string | undefined }): ReactNode {
  const known = useMatches('known-indicator', site)
  const files = useMatches('malware-in-file', site)
  const nameOf = useSiteName()
  const both = lastMatches([known.data?.items ?? [], files.data?.items ?? []], MATCHES)
  return (
    <Section title="Last matches">
      <Loaded
        value={known.isError ? known : files}
        skeleton={<SkeletonRows rows={3} />}
        isNothing={() => both.length === 0}
        nothing={<p className="section-body quiet">Nothing of what is looked for has been seen.</p>}
      >
        {() => (
          <div className="scroll-x">
            <table className="plain-table">
              <thead>
                <tr>
                  <th>When</th>
                  <th>Seen</th>
                  <th>Said by</th>
                  <th>From</th>
                  <th>To</th>
                  <th>Site</th>
                  <th aria-label="Alerts" />
                </tr>
              </thead>
              <tbody>
                {both.map((finding) => {
                  const { seen, says } = matchWords(finding)
                  return (
                    <tr key={finding.id}>
                      <td className="nowrap">
                        <When at={finding.at} />
                      </td>
                      <td className="mono wide">{seen}</td>
                      <td className="wide">{says}</td>
                      <td>
                        <HostLink host={finding.client} asset={finding.clientAsset} />
                      </td>
                      <td>
                        <HostLink host={finding.server} asset={finding.serverAsset} />
                      </td>
                      <td className="second nowrap">{nameOf(finding.site)}</td>
                      <td>
                        <Go to="/alerts" search={{ site: finding.site, rule: finding.rule }} className="link">
                          Alerts
                        </Go>
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Section>
  )
}
