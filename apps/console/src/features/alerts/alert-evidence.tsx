/** What an alert rests on: the rules as they were, what had been learnt, its packets, and a file that raises it again. */
import { type ReactNode, useState } from 'react'
import type { AlertEvidence, EvidenceSlice } from '../../api/types.ts'
import { EvidenceLink } from '../../objects/links.tsx'
import { Go } from '../../shell/go.tsx'
import { useCan } from '../../shell/me.ts'
import { Button } from '../../ui/button.tsx'
import { Copy } from '../../ui/copy.tsx'
import { bytes, count, plural } from '../../ui/format.ts'
import { IconDownload, IconFileSearch } from '../../ui/icons.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Section } from '../../ui/page.tsx'
import { sayFailure } from '../../ui/toast.tsx'
import { cutEvidence, evidenceFile, useEvidence } from './alerts.api.ts'
import { REACH_WORDS } from './alerts.view.ts'

const MOST_PACKETS = 16
const NO_BASELINE = 'Compares with nothing that was learnt.'

export function EvidenceSection({ alert }: { readonly alert: string }): ReactNode {
  const evidence = useEvidence(alert)
  return (
    <Section title="Evidence" aside={evidence.data && <CapturesKept captures={evidence.data.captures} />}>
      <Loaded value={evidence} skeleton={<SkeletonRows rows={4} />}>
        {(told) => (
          <div className="section-body stack-tight">
            <Rules rules={told.rules} />
            <Packets packets={told.packets} />
            <PacketFile evidence={told} />
          </div>
        )}
      </Loaded>
    </Section>
  )
}

function CapturesKept({ captures }: { readonly captures: AlertEvidence['captures'] }): ReactNode {
  const kept = captures.filter((capture) => capture.isKept).length
  if (kept === captures.length) return <span>{plural(captures.length, 'capture')}</span>
  return (
    <span>{kept === 0 ? 'captures removed' : `${count(captures.length - kept)} of ${plural(captures.length, 'capture')} removed`}</span>
  )
}

function Rules({ rules }: { readonly rules: AlertEvidence['rules'] }): ReactNode {
  return (
    <table className="plain-table evidence-rows">
      <thead>
        <tr>
          <th>Rule</th>
          <th>Version</th>
          <th className="num">Findings</th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <tr key={rule.name}>
            <td className="wide">
              <Go to={`/rules/${rule.name}`} className="link">
                {rule.title}
              </Go>
              {rule.baseline.length === 0 && rule.versionNow !== null && <p className="quiet">{NO_BASELINE}</p>}
              {rule.baseline.map((line) => (
                <p key={line} className="second">
                  {line}
                </p>
              ))}
            </td>
            <td>
              <Copy text={rule.version} />
              {rule.versionNow !== rule.version && (
                <p className="second">{rule.versionNow === null ? 'no longer in force' : 'another version is in force'}</p>
              )}
            </td>
            <td className="num">{count(rule.findings)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Packets({ packets }: { readonly packets: AlertEvidence['packets'] }): ReactNode {
  if (packets.length === 0) return <p className="quiet">No packet of ours shows it: another product told of it.</p>
  return (
    <p className="chips evidence-packets">
      {packets.slice(0, MOST_PACKETS).map(({ finding, evidence, isKept }) =>
        isKept ? (
          <EvidenceLink key={`${finding}${evidence.capture}${evidence.packets.join()}${evidence.bytes.join()}`} evidence={evidence} />
        ) : (
          <span
            key={`${finding}${evidence.packets.join()}${evidence.bytes.join()}`}
            className="quiet mono"
            data-tip="Its capture was removed"
          >
            packet {evidence.packets[1]}
          </span>
        ),
      )}
      {packets.length > MOST_PACKETS && <span className="quiet">and {count(packets.length - MOST_PACKETS)} more</span>}
    </p>
  )
}

function PacketFile({ evidence }: { readonly evidence: AlertEvidence }): ReactNode {
  const can = useCan()
  const [isCutting, setCutting] = useState(false)
  const { alert, slice, captures } = evidence
  if (captures.length > 0 && captures.every((capture) => !capture.isKept))
    return <p className="quiet">Its captures were removed: there are no packets to download.</p>
  if (slice !== null) return <CutFile alert={alert} slice={slice} mayDownload={can('packet.read')} />
  if (!can('packet.read')) return <p className="quiet">Downloading packets needs a role that may see packets.</p>
  const cut = () => {
    setCutting(true)
    cutEvidence(alert)
      .catch(sayFailure)
      .finally(() => setCutting(false))
  }
  return (
    <div className="evidence-file">
      <Button icon={IconFileSearch} onClick={cut} disabled={isCutting}>
        {isCutting ? 'Collecting packets' : 'Collect the packets'}
      </Button>
      <p className="second" role="status">
        {isCutting
          ? 'Reading the captures, then playing the packets back through the rules. This can take a minute.'
          : 'One file with the conversations behind this alert, from their first packet on, and what the rules knew.'}
      </p>
    </div>
  )
}

function CutFile({
  alert,
  slice,
  mayDownload,
}: {
  readonly alert: string
  readonly slice: EvidenceSlice
  readonly mayDownload: boolean
}): ReactNode {
  return (
    <div className="stack-tight">
      <div className="evidence-file">
        {mayDownload && (
          <a className="button button-primary" href={evidenceFile(alert)} download={`${alert}.pcapng`}>
            <IconDownload size={15} stroke={1.7} aria-hidden />
            <span>Download packets</span>
          </a>
        )}
        <p className="second">
          {plural(slice.packets, 'packet')}, {bytes(slice.bytes)}: {REACH_WORDS[slice.reach]}
          {slice.left.packets > 0 && `; ${plural(slice.left.packets, 'packet')} more did not fit`}
        </p>
      </div>
      <p className="evidence-hash">
        <span className="quiet">SHA-256 </span>
        <Copy text={slice.sha256} />
      </p>
      {slice.same ? (
        <p>Played back through the rules, these packets raise the same alert again.</p>
      ) : (
        <div>
          <p>Played back through the rules, these packets do not raise quite the same alert:</p>
          <ul>
            {slice.differences.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
