/** One section of a controller's program: its versions, who moved them, and what differs between two. */
import { useParams } from '@tanstack/react-router'
import { type ReactNode, useMemo } from 'react'
import type { ProgramDetail } from '../../api/types.ts'
import { EvidenceLink } from '../../objects/links.tsx'
import { When } from '../../objects/marks.tsx'
import { protocolName } from '../../objects/words.ts'
import { Go } from '../../shell/go.tsx'
import { useCan } from '../../shell/me.ts'
import { useView } from '../../shell/view-state.ts'
import { Copy } from '../../ui/copy.tsx'
import { bytes, count, plural } from '../../ui/format.ts'
import { IconDownload } from '../../ui/icons.ts'
import { Loaded, SkeletonBlock, SkeletonRows } from '../../ui/loaded.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Difference } from './difference.tsx'
import { contentFile, useProgram } from './programs.api.ts'
import { ALL, HOW_WORDS, type Numbered, numbered, type Pair, pairOf } from './programs.view.ts'
import './programs.css'

const DEFAULTS = { from: '', to: '' }

export function ProgramPage(): ReactNode {
  const { id } = useParams({ strict: false }) as { id: string }
  return (
    <Loaded
      value={useProgram(id)}
      skeleton={
        <div className="page">
          <SkeletonBlock height={60} />
          <SkeletonRows rows={12} />
        </div>
      }
    >
      {(program) => <There program={program} />}
    </Loaded>
  )
}

function There({ program }: { readonly program: ProgramDetail }): ReactNode {
  const can = useCan()
  const [view, set] = useView(DEFAULTS)
  const rows = useMemo(() => numbered(program), [program])
  const pair = pairOf(rows, view)
  const maySee = can('packet.read')
  return (
    <Page
      title={<span className="mono">{program.section}</span>}
      lead={
        <span className="second">
          {program.sectionType} of{' '}
          {program.asset === undefined ? (
            <span className="mono">{program.server}</span>
          ) : (
            <Go to={`/assets/${program.asset}`} className="link">
              {program.assetLabel ?? program.server}
            </Go>
          )}
          , over {protocolName(program.protocol)}
        </span>
      }
    >
      <Section title="Versions" aside={plural(program.versions.length + program.left, 'version')}>
        <Versions program={program} rows={rows} pair={pair} onChoose={maySee ? set : undefined} />
        {program.left > 0 && <p className="section-body second">{count(program.left)} older ones are no longer listed.</p>}
      </Section>
      <Section title={pair.from === ALL ? 'What it holds' : 'What differs'} aside={maySee ? <Names rows={rows} pair={pair} /> : undefined}>
        {!maySee ? (
          <p className="section-body quiet">Looking into programs needs a role that may see packets.</p>
        ) : pair.to === '' ? (
          <p className="section-body quiet">
            No bytes of it are kept: it was not seen whole, was longer than a megabyte, or later ones took its room.
          </p>
        ) : (
          <Difference program={program.id} pair={pair} />
        )}
      </Section>
    </Page>
  )
}

function Names({ rows, pair }: { readonly rows: readonly Numbered[]; readonly pair: Pair }): ReactNode {
  const nameOf = (content: string): string => {
    const row = rows.findLast(({ version }) => version.content === content)
    return row?.number === undefined ? 'an edit' : `version ${row.number}`
  }
  if (pair.to === '') return null
  return <span>{pair.from === ALL ? nameOf(pair.to) : `from ${nameOf(pair.from)} to ${nameOf(pair.to)}`}</span>
}

type VersionProps = {
  readonly program: ProgramDetail
  readonly rows: readonly Numbered[]
  readonly pair: Pair
  /** Absent where nobody may look into contents. */
  readonly onChoose: ((change: Partial<Pair>) => void) | undefined
}

function Versions({ program, rows, pair, onChoose }: VersionProps): ReactNode {
  return (
    <div className="scroll-x">
      <table className="plain-table program-versions">
        <thead>
          <tr>
            <th>Version</th>
            {onChoose !== undefined && (
              <>
                <th>Before</th>
                <th>After</th>
              </>
            )}
            <th>How</th>
            <th>By</th>
            <th>When</th>
            <th className="num">Size</th>
            <th>SHA-256</th>
            <th>Evidence</th>
            <th>Bytes</th>
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map((row, i) => (
            <Row key={rows.length - i} row={row} program={program.id} pair={pair} onChoose={onChoose} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

type RowProps = Omit<VersionProps, 'program' | 'rows'> & { readonly row: Numbered; readonly program: string }

function Row({ row, program, pair, onChoose }: RowProps): ReactNode {
  const { version, number, isKept, isLatest } = row
  const content = version.content ?? ''
  const [word, means] = HOW_WORDS[version.how]
  const choice = (which: keyof Pair, label: string): ReactNode => (
    <td>
      <input
        type="radio"
        name={`program-${which}`}
        aria-label={`${label} ${number === undefined ? 'this edit' : `version ${number}`}, ${version.firstAt}`}
        checked={isLatest && pair[which] === content}
        disabled={!isLatest}
        onChange={() => onChoose?.({ [which]: content })}
      />
    </td>
  )
  return (
    <tr>
      <td className="num mono">{number ?? '–'}</td>
      {onChoose !== undefined && choice('from', 'Compare from')}
      {onChoose !== undefined && choice('to', 'Compare to')}
      <td className="nowrap" data-tip={means}>
        {word}
      </td>
      <td>
        {version.movers.map(({ client, asset, user }) => (
          <span key={`${client}${user}`} className="program-mover">
            {asset === undefined ? (
              <span className="mono">{client}</span>
            ) : (
              <Go to={`/assets/${asset}`} className="mono">
                {client}
              </Go>
            )}
            {user !== undefined && <span className="second"> as {user}</span>}
          </span>
        ))}
      </td>
      <td>
        <When at={version.firstAt} />
        {version.count > 1 && (
          <p className="second nowrap">
            {count(version.count)} times, last <When at={version.lastAt} />
          </p>
        )}
      </td>
      <td className="num nowrap">{bytes(version.bytes)}</td>
      <td>
        {version.hash === undefined ? (
          <span className="quiet">not seen whole</span>
        ) : (
          <Copy text={version.hash}>{version.hash.slice(0, 8)}</Copy>
        )}
      </td>
      <td>
        <EvidenceLink evidence={version.last} />
      </td>
      <td>
        {isKept && onChoose !== undefined ? (
          <a className="link" href={contentFile(program, content)} download aria-label={`Download the bytes of version ${number ?? ''}`}>
            <IconDownload size={15} stroke={1.7} aria-hidden />
          </a>
        ) : (
          <span className="quiet">{isKept ? 'kept' : 'not kept'}</span>
        )}
      </td>
    </tr>
  )
}
