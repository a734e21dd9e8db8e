/** Where a capture file is dropped, and the files on their way. */
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import type { Capture } from '../../api/types.ts'
import { Go } from '../../shell/go.tsx'
import { Button } from '../../ui/button.tsx'
import { bytes, percent } from '../../ui/format.ts'
import { IconFileUpload, IconX } from '../../ui/icons.ts'
import { Progress } from '../../ui/progress.tsx'
import { upload } from './captures.api.ts'

type Sending = {
  readonly key: number
  readonly file: File
  readonly share: number
  readonly reply?: Capture
  readonly failure?: string
  readonly stop: () => void
}

export function Drop({
  site,
  siteName,
  onSent,
}: {
  readonly site: string
  readonly siteName: string
  readonly onSent: (capture: Capture) => void
}): ReactNode {
  const [isOver, setOver] = useState(false)
  const [sending, setSending] = useState<readonly Sending[]>([])
  const input = useRef<HTMLInputElement>(null)
  const turn = (key: number, change: Partial<Sending>): void =>
    setSending((before) => before.map((each) => (each.key === key ? { ...each, ...change } : each)))

  const send = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      const key = performance.now()
      const stop = new AbortController()
      setSending((before) => [...before, { key, file, share: 0, stop: () => stop.abort() }])
      try {
        const reply = await upload(site, file, (share) => turn(key, { share }), stop.signal)
        turn(key, { share: 1, reply })
        if (files.length === 1) onSent(reply)
      } catch (cause) {
        turn(key, { failure: cause instanceof Error ? cause.message : 'The upload failed.' })
      }
    }
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    void send([...event.dataTransfer.files])
  }
  return (
    <>
      <section
        className={`drop ${isOver ? 'drop-over' : ''}`}
        aria-label="Upload a capture"
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <IconFileUpload size={26} stroke={1.3} aria-hidden />
        <p>
          <strong>Drop a capture here</strong> to read it into {siteName}
        </p>
        <p className="quiet">
          pcap or pcapng, plain, .gz or .zst; or alerts of Suricata on the same traffic (eve.json), after the capture. It stays on this
          server.
        </p>
        <Button onClick={() => input.current?.click()}>Choose a file</Button>
        <input
          ref={input}
          type="file"
          multiple
          accept=".pcap,.pcapng,.cap,.gz,.zst,.json"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="Capture files"
          onChange={(event) => {
            void send([...(event.target.files ?? [])])
            event.target.value = ''
          }}
        />
      </section>
      {sending.length > 0 && (
        <ul className="sending" aria-label="Uploads">
          {sending.map((each) => (
            <li key={each.key}>
              <span className="clip mono">{each.file.name}</span>
              <span className="quiet">{bytes(each.file.size)}</span>
              {each.failure !== undefined ? (
                <span className="field-error" role="alert">
                  {each.failure}
                </span>
              ) : each.reply !== undefined ? (
                <Go to={`/captures/${each.reply.id}`} className="link">
                  On the server
                </Go>
              ) : (
                <>
                  <Progress label={`Uploading ${each.file.name}`} share={each.share} />
                  <span>{percent(each.share)}</span>
                  <Button tone="bare" icon={IconX} onClick={each.stop}>
                    Stop
                  </Button>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
