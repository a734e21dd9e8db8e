/** The end of every claim: one packet, decoded by the same parsers, beside its bytes. */
import { useParams } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import type { Packet } from '../../api/types.ts'
import { When } from '../../objects/marks.tsx'
import { type Action, ActionBar, useActions } from '../../shell/actions.tsx'
import { Go, useGo } from '../../shell/go.tsx'
import { useView } from '../../shell/view-state.ts'
import { plural } from '../../ui/format.ts'
import { IconArrowLeft, IconArrowRight } from '../../ui/icons.ts'
import { Loaded, SkeletonRows } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { usePacket } from './evidence.api.ts'
import { ancestors, bytesOf, nodeAt, pathAt, pathWithin, rangeOf } from './evidence.view.ts'
import { Hex } from './hex.tsx'
import { Meaning } from './meaning.tsx'
import { Tree } from './tree.tsx'
import './evidence.css'

type Step = { readonly to: (by: number) => void; readonly number: number }

const STEPS: readonly Action<Step>[] = [
  {
    id: 'packet.previous',
    label: 'Previous packet',
    key: '[',
    icon: IconArrowLeft,
    group: 'Packet',
    when: ({ number }) => number > 1,
    run: ({ to }) => to(-1),
  },
  { id: 'packet.next', label: 'Next packet', key: ']', icon: IconArrowRight, group: 'Packet', run: ({ to }) => to(1) },
]

export function PacketPage(): ReactNode {
  const { id, number } = useParams({ strict: false }) as { id: string; number: string }
  const packet = usePacket(id, number)
  const go = useGo()
  const subject = useMemo(
    () => ({ number: Number(number), to: (by: number) => go(`/captures/${encodeURIComponent(id)}/packets/${Number(number) + by}`) }),
    [id, number, go],
  )
  const actions = useActions(STEPS, subject)
  return (
    <Page
      fills
      title={`Packet ${number}`}
      lead={
        <span className="second">
          of{' '}
          <Go to={`/captures/${encodeURIComponent(id)}`} className="link mono">
            the capture
          </Go>
          {packet.data !== undefined && (
            <>
              {', '}
              <When at={packet.data.at} />, {plural(packet.data.length, 'byte')}
              {packet.data.client !== '' &&
                `, ${packet.data.fromClient ? `${packet.data.client} to ${packet.data.server}` : `${packet.data.server} to ${packet.data.client}`}`}
              {packet.data.captured < packet.data.length && ` (${packet.data.captured} captured)`}
            </>
          )}
        </span>
      }
      actions={<ActionBar actions={actions} />}
    >
      <Loaded value={packet} skeleton={<SkeletonRows rows={20} widths={[24, 40]} />}>
        {(told) => <There key={`${told.capture}${told.number}`} packet={told} />}
      </Loaded>
    </Page>
  )
}

const DEFAULTS = { bytes: '' }

function There({ packet }: { readonly packet: Packet }): ReactNode {
  const [view] = useView(DEFAULTS)
  const claim = rangeOf(view.bytes)
  const bytes = useMemo(() => bytesOf(packet.hex), [packet.hex])
  const told = claim === undefined ? [] : pathWithin(packet.tree, claim)
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set([...packet.tree.keys()].map(String).concat(ancestors(told))))
  const [path, choose] = useState<readonly number[]>(told)
  const node = nodeAt(packet.tree, path)
  const chosen = node === undefined || node.length === 0 ? undefined : ([node.at, node.at + node.length] as const)
  return (
    <div className="packet">
      <div className="packet-left">
        <Tree label="Decoded packet" nodes={packet.tree} open={open} onOpen={setOpen} path={path} onChoose={choose} />
        <Meaning packet={packet} />
      </div>
      <Hex
        bytes={bytes}
        claim={claim}
        chosen={chosen}
        onChoose={(byte) => {
          const found = pathAt(packet.tree, byte)
          choose(found)
          setOpen(new Set([...open, ...ancestors(found)]))
        }}
      />
    </div>
  )
}
