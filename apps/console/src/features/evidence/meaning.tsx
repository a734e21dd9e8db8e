/** What the stages after the bytes made of a packet: what its stream did, the messages it ended, what was observed. */
import { type ReactNode, useState } from 'react'
import type { Packet } from '../../api/types.ts'
import { protocolName } from '../../objects/words.ts'
import { words } from '../../ui/format.ts'
import { Tree } from './tree.tsx'

export function Meaning({ packet }: { readonly packet: Packet }): ReactNode {
  const joined = packet.messages.filter((message) => !message.inFrame)
  return (
    <div className="meaning">
      {packet.stream.length > 0 && (
        <section>
          <h3>In its conversation</h3>
          {packet.stream.map((line) => (
            <p key={line} className="second">
              {line}
            </p>
          ))}
        </section>
      )}
      <section>
        <h3>Messages it completes</h3>
        {packet.messages.length === 0 && <p className="quiet">None.</p>}
        {packet.messages.map((message, at) => (
          <p key={at}>
            {protocolName(message.protocol)} <span className="mono">{message.summary}</span>{' '}
            {message.packets[0] !== message.packets[1] && (
              <span className="quiet">
                joined from packets {message.packets[0]} to {message.packets[1]}
              </span>
            )}
          </p>
        ))}
      </section>
      {joined.map((message, at) => (
        <Joined key={at} message={message} />
      ))}
      <section>
        <h3>What was observed</h3>
        {packet.observations.length === 0 && <p className="quiet">Nothing new: what repeats is counted, not told again.</p>}
        {packet.observations.map((observation, at) => (
          <p key={at}>
            {words(observation.kind)}{' '}
            {Object.entries(observation.fields).map(([name, value]) => (
              <span key={name} className="field">
                <span className="quiet">{words(name).toLowerCase()}</span> <span className="mono">{value}</span>{' '}
              </span>
            ))}
          </p>
        ))}
      </section>
    </div>
  )
}

/** A message that came in several packets: its offsets count from its own first byte, so it has a tree of its own. */
function Joined({ message }: { readonly message: Packet['messages'][number] }): ReactNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(['0']))
  const [path, choose] = useState<readonly number[]>([])
  return (
    <section>
      <h3>{protocolName(message.protocol)} as joined</h3>
      <Tree
        label={`${protocolName(message.protocol)} message`}
        nodes={message.nodes}
        open={open}
        onOpen={setOpen}
        path={path}
        onChoose={choose}
      />
    </section>
  )
}
