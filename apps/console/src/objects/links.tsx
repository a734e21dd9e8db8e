/** Links to the objects of the console, each drawn one way. */
import type { ReactNode } from 'react'
import type { AssetType, Evidence, Host } from '../api/types.ts'
import { Go } from '../shell/go.tsx'
import { useCan } from '../shell/me.ts'
import { Copy } from '../ui/copy.tsx'
import { AssetGlyph } from './marks.tsx'
import { hostText } from './words.ts'

type HostProps = {
  readonly host: Host
  readonly asset?: string | undefined
  readonly label?: string | undefined
  readonly type?: AssetType | undefined
  /** Only the name; the address on hover. */
  readonly short?: boolean
}

/** An end of a conversation: the asset when one is known, its address beside. */
export function HostLink({ host, asset, label, type, short = false }: HostProps): ReactNode {
  const hasNone = host.ip === undefined && host.mac === undefined
  const address = hasNone ? (label ?? 'unknown') : hostText(host)
  if (asset === undefined) return <span className={hasNone ? 'second' : 'mono'}>{address}</span>
  if (short && label !== undefined) {
    return (
      <Go to={`/assets/${asset}`} data-tip={address} className={label === host.ip ? 'mono' : undefined}>
        {label}
      </Go>
    )
  }
  return (
    <Go to={`/assets/${asset}`} className="host">
      {type !== undefined && <AssetGlyph type={type} size={15} />}
      {label !== undefined && label !== host.ip ? (
        <>
          {label} <span className="mono quiet">{address}</span>
        </>
      ) : (
        <span className="mono">{address}</span>
      )}
    </Go>
  )
}

/** The way back to the bytes: opens the decoded packet with the range marked. */
export function EvidenceLink({ evidence }: { readonly evidence: Evidence }): ReactNode {
  const [first, last] = evidence.packets
  const can = useCan()
  if (last === 0) return <span className="quiet">no packet</span>
  const text = first === last ? `packet ${last}` : `packets ${first}–${last}`
  if (!can('packet.read')) return <span className="quiet mono">{text}</span>
  return (
    <Go
      to={`/captures/${encodeURIComponent(evidence.capture)}/packets/${last}`}
      search={{ bytes: evidence.bytes.join('-') }}
      className="evidence mono"
      data-tip={`Capture ${evidence.capture}, bytes ${evidence.bytes[0]} to ${evidence.bytes[1]} of packet ${last}`}
    >
      {text}
    </Go>
  )
}

/** ATT&CK techniques; those beyond `most` on hover. */
export function Attack({ ids, most = 20 }: { readonly ids: readonly string[]; readonly most?: number }): ReactNode {
  if (ids.length === 0) return <span className="quiet">none</span>
  return (
    <span className="attack">
      {ids.slice(0, most).map((id) => (
        <span key={id} className="mono chip" data-tip={`MITRE ATT&CK technique ${id}`}>
          {id}
        </span>
      ))}
      {ids.length > most && (
        <span className="chip" data-tip={ids.slice(most).join(', ')}>
          +{ids.length - most}
        </span>
      )}
    </span>
  )
}

export function Addresses({ ips, macs }: { readonly ips: readonly string[]; readonly macs: readonly string[] }): ReactNode {
  return (
    <span className="addresses">
      {[...ips, ...macs].map((each) => (
        <Copy key={each} text={each} />
      ))}
    </span>
  )
}
