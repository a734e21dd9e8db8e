/** RTSP has no log of its own in Zeek: what begins like HTTP is in its http.log. */
import type { SeenMessage } from '@isthmus/wire'
import { LooseHttp } from '../http/loose.ts'
import { logs as httpLogs } from '../http/zeek.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { FILE_LOGS } from '../zeek-files.ts'
import type { Rtsp, RtspState } from './rtsp.ts'

export const logs: Readonly<Record<string, LogSpec>> = { ...FILE_LOGS, http: httpLogs.http! }

export function zeek(seen: SeenMessage<Rtsp, RtspState>, put: PutRow): void {
  const log = (seen.state.log ??= new LooseHttp()) as LooseHttp
  log.read(seen.message.bytes, seen, put)
}

export function zeekEnded(seen: SeenMessage<Rtsp | undefined, RtspState>, put: PutRow): void {
  const log = seen.state.log as LooseHttp | undefined
  log?.end(seen, put)
}
