/** files.log's row of a block that was uploaded. */
import { derivedId, type Micros } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { PassingFile } from '../mime/passing-file.ts'
import type { PutRow } from '../protocol.ts'
import { putFile } from '../zeek-files.ts'
import { ROSCTR } from './s7comm.table.ts'
import type { S7comm, S7State } from './s7comm.ts'

type Upload = { readonly file: PassingFile; readonly at: Micros; lastAt: Micros }
/** Uploads by their session. */
export type Uploads = Map<number, Upload>

/** Sessions that may be open at once: the oldest is forgotten. */
const MAX_UPLOADS = 32
const UPLOAD = 0x1e
const END = 0x1f

export function uploadRow({ message: m, asked, state, flow, at }: SeenMessage<S7comm, S7State>, put: PutRow): void {
  if (m.rosctr !== ROSCTR.ackData || asked === undefined) return
  const uploads = (state.log ??= new Map()) as Uploads
  const known = uploads.get(asked.session)
  if (m.code === UPLOAD) {
    const upload = known ?? { file: new PassingFile(), at, lastAt: at }
    upload.file.update(m.data)
    upload.lastAt = at
    if (known !== undefined) return
    if (uploads.size >= MAX_UPLOADS) uploads.delete(uploads.keys().next().value!)
    uploads.set(asked.session, upload)
  } else if (m.code === END && known !== undefined) {
    uploads.delete(asked.session)
    const id = derivedId('F', flow.uid, `S7${asked.session}${known.at}`).replace('-', '')
    putFile({ ...known, id, flow, source: 'S7COMM_TCP', name: undefined, from: 'server', total: undefined }, put)
  }
}
