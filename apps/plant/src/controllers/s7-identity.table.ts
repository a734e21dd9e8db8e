/**
 * System status lists (SZL) of the dosing controller: order numbers, names and serial, operating mode.
 * A list: 2 id, 2 index, 2 bytes a record, 2 records, then the records.
 */

/** Module identification, SZL 0x0011: index, order number, module type, version words. */
const MODULES: readonly (readonly [index: number, order: string, type: number, version: readonly [number, number, number, number]])[] = [
  [0x01, '6ES7 315-2EH14-0AB0 ', 0xc0, [0, 4, 0, 1]],
  [0x06, '6ES7 315-2EH14-0AB0 ', 0xc0, [0, 4, 0, 1]],
  // The firmware is written 'V', major, minor, patch; the boot loader's version after 'A'.
  [0x07, '                    ', 0xc0, [0x56, 3, 2, 10]],
  [0x81, 'Boot Loader         ', 0, [0x41, 0x20, 9, 9]],
]

/** Component identification, SZL 0x001C: index and text of at most 32 bytes. */
const NAMES: readonly (readonly [index: number, text: string])[] = [
  [1, 'DOSING STATION'],
  [2, 'CPU 315-2 PN/DP'],
  [3, 'Filters and dosing'],
  [4, 'Original Siemens Equipment'],
  [5, 'S C-V3N412892016'],
  [7, 'CPU 315-2 PN/DP'],
  [8, 'MMC 3A27F1C0'],
]

export function statusList(id: number, index: number, mode: 'run' | 'stop'): Buffer | undefined {
  const records = recordsOf(id, index, mode)
  if (!records) return undefined
  const head = Buffer.alloc(8)
  head.writeUInt16BE(id, 0)
  head.writeUInt16BE(index, 2)
  head.writeUInt16BE(records[0]!.length, 4)
  head.writeUInt16BE(records.length, 6)
  return Buffer.concat([head, ...records])
}

function recordsOf(id: number, index: number, mode: 'run' | 'stop'): Buffer[] | undefined {
  const wanted = ([i]: readonly [number, ...unknown[]]): boolean => index === 0 || i === index
  const records =
    (id & 0xff) === 0x11
      ? MODULES.filter(wanted).map(([i, order, type, version]) => moduleRecord(i, order, type, version))
      : (id & 0xff) === 0x1c
        ? NAMES.filter(wanted).map(([i, text]) => textRecord(i, text))
        : id === 0x0424
          ? [modeRecord(mode)]
          : []
  return records.length > 0 ? records : undefined
}

/** 2 index, 20 order number, 2 type, 4 version. */
function moduleRecord(index: number, order: string, type: number, version: readonly number[]): Buffer {
  const record = Buffer.alloc(28)
  record.writeUInt16BE(index, 0)
  record.write(order, 2, 20, 'latin1')
  record.writeUInt16BE(type, 22)
  record.set(version, 24)
  return record
}

function textRecord(index: number, text: string): Buffer {
  const record = Buffer.alloc(34)
  record.writeUInt16BE(index, 0)
  record.write(text, 2, 32, 'latin1')
  return record
}

/** SZL 0x0424: current mode transition; 0x08 is run, 0x04 is stop. */
function modeRecord(mode: 'run' | 'stop'): Buffer {
  const record = Buffer.alloc(20)
  record.writeUInt16BE(0x5144, 0)
  record[2] = 0xff
  record[3] = mode === 'run' ? 0x08 : 0x04
  record.set([0x94, 0x02, 0x11, 0x09], 12)
  return record
}
