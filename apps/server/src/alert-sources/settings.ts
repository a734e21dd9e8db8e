/** Where the operator says that alerts come from: `works=/var/log/suricata/eve.json,mill=unix:/run/isthmus/eve.sock`. */
import { isAbsolute } from 'node:path'
import type { SourceSetting } from './alert-sources.store.ts'

const SOCKET = 'unix:'
/** `sun_path` of Linux has room for 108 bytes, the last of them zero (unix(7)). */
const MAX_SOCKET_PATH = 107
const MAX_SOURCES = 64

/** Throws a sentence for the operator when a value is not usable. */
export function readAlertSources(text = ''): SourceSetting[] {
  const sources = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readOne)
  const twice = sources.find(({ place }, i) => sources.findIndex((other) => other.place === place) < i)
  if (twice) throw new Error(`ISTHMUS_EVE names ${twice.place} twice; an alert would count twice`)
  if (sources.length > MAX_SOURCES) throw new Error(`ISTHMUS_EVE names ${sources.length} places; it may name ${MAX_SOURCES}`)
  return sources
}

function readOne(part: string): SourceSetting {
  const [, site = '', where = ''] = /^([^=]*)=(.*)$/s.exec(part) ?? []
  const kind = where.startsWith(SOCKET) ? 'socket' : 'file'
  const place = kind === 'socket' ? where.slice(SOCKET.length) : where
  if (site === '' || !isAbsolute(place))
    throw new Error(
      `ISTHMUS_EVE holds ${part}; it may hold a site and a whole path, such as works=/var/log/suricata/eve.json or works=unix:/run/isthmus/eve.sock`,
    )
  if (kind === 'socket' && Buffer.byteLength(place) > MAX_SOCKET_PATH)
    throw new Error(`ISTHMUS_EVE names the socket ${place}, whose path is longer than ${MAX_SOCKET_PATH} bytes`)
  return { site, place, kind }
}
