/** Files and domains on their way: opened or initiated, then part by part. Spec: ISO 9506-2 §11 (domains), annex D (files). */
import type { Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { PassingFile } from '../mime/passing-file.ts'
import { sayFile } from '../moving-file.ts'
import { MovingBytes } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { SERVICE } from './mms.table.ts'
import type { Mms } from './mms.ts'
import { type Domain, keep, MAX_TRANSFERS, type MmsState, type Transfer } from './state.ts'

const begin = (name: string, size = -1): Transfer => ({ name, file: new PassingFile(), size })

/** An answered question of one side about a file. */
export function moveFile(side: Side, q: Mms, a: Mms, state: MmsState, sink: Sink): void {
  const { files } = state
  if (q.service === SERVICE.fileOpen) {
    keep(files, `${side} ${a.body.handle}`, begin(q.body.names[0] ?? '', a.body.size), MAX_TRANSFERS)
    return
  }
  const key = `${side} ${q.body.handle}`
  const transfer = files.get(key)
  if (transfer === undefined) return
  if (q.service === SERVICE.fileRead) transfer.file.update(a.body.data)
  if (q.service === SERVICE.fileRead && a.body.moreFollows) return
  files.delete(key)
  tellFile(side, transfer, sink)
}

/** The reader gets the file: a device that obtains one from its client reads it. */
function tellFile(side: Side, { name, file, size }: Transfer, sink: Sink): void {
  if (size >= 0 && file.bytes !== size) file.lost(0)
  sayFile({ name: readable(name), direction: side === 'client' ? 'to-client' : 'to-server', file }, sink)
}

/** An answered question about a domain. Downloads are initiated by the client; then the device asks for the segments. */
export function moveDomain(side: Side, q: Mms, a: Mms, state: MmsState, sink: Sink): void {
  const { domains, uploads } = state
  const name = q.body.names[0] ?? ''
  switch (q.service) {
    case SERVICE.initiateDownload:
      keep(domains, `down ${name}`, { name, moving: new MovingBytes('client', sink) }, MAX_TRANSFERS)
      return
    case SERVICE.downloadSegment: {
      // Of a domain that nobody initiated, the beginning may have gone by before the capture began.
      const domain = domains.get(`down ${name}`) ?? { name, moving: new MovingBytes('client', sink).lost() }
      keep(domains, `down ${name}`, domain, MAX_TRANSFERS)
      domain.moving.update(a.body.data)
      return
    }
    case SERVICE.terminateDownload:
      tellDomain('program.downloaded', domains.get(`down ${name}`), sink)
      domains.delete(`down ${name}`)
      return
    case SERVICE.initiateUpload:
      keep(uploads, a.body.handle, name, MAX_TRANSFERS)
      keep(domains, `up ${a.body.handle}`, { name, moving: new MovingBytes('server', sink) }, MAX_TRANSFERS)
      return
    case SERVICE.uploadSegment: {
      domains.get(`up ${q.body.handle}`)?.moving.update(a.body.data)
      return
    }
    case SERVICE.terminateUpload:
      tellDomain('program.uploaded', domains.get(`up ${q.body.handle}`), sink)
      domains.delete(`up ${q.body.handle}`)
      return
    default:
  }
  void side
}

function tellDomain(kind: 'program.downloaded' | 'program.uploaded', domain: Domain | undefined, sink: Sink): void {
  if (domain === undefined) return
  const { name, moving } = domain
  sink.say({
    kind,
    section: readable(name),
    sectionType: 'domain',
    ...moving.end(sink),
    user: undefined,
    ok: true,
  })
}
