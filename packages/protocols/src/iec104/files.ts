/** Files between stations (IEC 60870-5-101 §7.4.11): segments between a name and a last-segment notice. */
import type { Side } from '@isthmus/wire'
import { PassingFile } from '../mime/passing-file.ts'
import { sayFile } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import type { Asdu } from './asdu.ts'
import type { Iec104State } from './iec104.ts'

export type Transfer = PassingFile

/** Files of one conversation on their way at once. */
const MAX_FILES = 16
const SEGMENT = 125
const LAST = 123

/** `file 3`; '' where the type names none. Objects begin: address u24, name u16. */
export function fileOf(asdu: Asdu): string {
  const { data } = asdu
  return asdu.type < 120 || data.length < 5 ? '' : `file ${data[3]! | (data[4]! << 8)}`
}

export function moveFile(asdu: Asdu, from: Side, state: Pick<Iec104State, 'files'>, sink: Sink): void {
  const { files } = state
  const { data } = asdu
  const name = fileOf(asdu)
  const key = `${from} ${asdu.station} ${name}`
  if (asdu.type === SEGMENT && data.length > 7) {
    const segment = data.subarray(7, 7 + data[6]!)
    let transfer = files.get(key)
    if (transfer === undefined) {
      if (files.size >= MAX_FILES) files.delete(files.keys().next().value!)
      transfer = new PassingFile()
      files.set(key, transfer)
    }
    transfer.update(segment)
  } else if (asdu.type === LAST && data.length > 6 && (data[6] === 1 || data[6] === 2)) {
    // Qualifiers 1 and 2 end a file, 3 and 4 a section.
    const transfer = files.get(key)
    if (transfer === undefined) return
    files.delete(key)
    const direction = from === 'client' ? 'to-server' : 'to-client'
    sayFile({ name, direction, file: transfer }, sink)
  }
}
