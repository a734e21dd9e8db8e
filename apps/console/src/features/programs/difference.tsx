/** What differs between two contents of a section: lines of text, or bytes with the part of the block that they are in. */
import type { ReactNode } from 'react'
import type { ProgramByteChange, ProgramDiff, ProgramLineChange } from '../../api/types.ts'
import { count } from '../../ui/format.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { useDiff } from './programs.api.ts'
import { ALL, asText, byteTitle, hexPairs, inShort, linesOf, type Pair } from './programs.view.ts'

export function Difference({ program, pair }: { readonly program: string; readonly pair: Pair }): ReactNode {
  const isAll = pair.from === ALL
  const diff = useDiff(program, isAll ? '' : pair.from, pair.to)
  return (
    <Loaded
      value={diff}
      skeleton={<SkeletonRows rows={8} widths={[30, 60]} />}
      isNothing={(told) => told.places === 0}
      nothing={<p className="section-body quiet">The two are equal, byte by byte.</p>}
    >
      {(told) => (
        <div className="section-body stack-tight">
          {!isAll && (
            <>
              <p>{told.says}</p>
              <p className="second">{inShort(told)}</p>
            </>
          )}
          {told.isCoarse && (
            <p className="second">They differ in too much to be told piece by piece: a place may hold more than what differs.</p>
          )}
          <Changes diff={told} isAll={isAll} />
        </div>
      )}
    </Loaded>
  )
}

function Changes({ diff, isAll }: { readonly diff: ProgramDiff; readonly isAll: boolean }): ReactNode {
  const shown = diff.byteChanges.length + diff.lineChanges.length
  return (
    <>
      {diff.byteChanges.map((change) => (
        <Bytes key={`${change.at} ${change.newAt}`} change={change} isAll={isAll} />
      ))}
      {diff.lineChanges.map((change) => (
        <Lines key={`${change.at} ${change.newAt}`} change={change} />
      ))}
      {diff.places > shown && <p className="second">{count(diff.places - shown)} more places are not shown.</p>}
    </>
  )
}

function Bytes({ change, isAll }: { readonly change: ProgramByteChange; readonly isAll: boolean }): ReactNode {
  const title = isAll ? `${count(change.newLength)} bytes` : byteTitle(change)
  return (
    <section className="diff-change" aria-label={title}>
      <h3 className="mono">{title}</h3>
      {change.length > 0 && <Hex sign="−" hex={change.removed} total={change.length} change={change} />}
      {change.newLength > 0 && <Hex sign="+" hex={change.added} total={change.newLength} change={change} />}
    </section>
  )
}

type HexProps = { readonly sign: '−' | '+'; readonly hex: string; readonly total: number; readonly change: ProgramByteChange }

function Hex({ sign, hex, total, change }: HexProps): ReactNode {
  const left = total - hex.length / 2
  return (
    <div className="diff-row mono">
      <span className="diff-sign" role="img" aria-label={sign === '−' ? 'before' : 'after'}>
        {sign}
      </span>
      <span className="diff-bytes">
        <span className="quiet">{hexPairs(change.lead)} </span>
        <span className={sign === '−' ? 'diff-out' : 'diff-in'}>{hexPairs(hex)}</span>
        {left > 0 ? <span className="quiet"> and {count(left)} more</span> : <span className="quiet"> {hexPairs(change.trail)}</span>}
      </span>
      <span className="diff-text quiet" aria-hidden>
        {asText(hex)}
      </span>
    </div>
  )
}

function Lines({ change }: { readonly change: ProgramLineChange }): ReactNode {
  const left = change.length - change.removed.length + change.newLength - change.added.length
  return (
    <section className="diff-change" aria-label={`Line ${change.newAt}`}>
      {linesOf(change).map(({ sign, number, text }) => (
        <div key={`${sign}${number}`} className="diff-row mono">
          <span className="diff-number quiet">{number}</span>
          <span className="diff-sign">{sign}</span>
          <span className={`diff-line ${sign === '−' ? 'diff-out' : sign === '+' ? 'diff-in' : 'quiet'}`}>{text}</span>
        </div>
      ))}
      {left > 0 && <p className="second">and {count(left)} more lines</p>}
    </section>
  )
}
