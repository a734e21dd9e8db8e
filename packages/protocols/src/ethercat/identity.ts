/** What identifies a device, from its EEPROM and from its object 0x1018 alike. */
import type { Endpoint } from '@isthmus/model'
import type { Sink } from '../protocol.ts'
import { EEPROM, VENDORS } from './ethercat.table.ts'

export function identified(word: number, value: number, part: string | undefined, host: Endpoint | undefined, sink: Sink): void {
  if (value === 0 || value === 0xffffffff) return
  if (word === EEPROM.vendor)
    sink.hint(
      'client',
      'vendor',
      VENDORS[value] ?? `EtherCAT vendor 0x${value.toString(16)}`,
      VENDORS[value] === undefined ? 0.5 : 0.95,
      part,
      host,
    )
  else if (word === EEPROM.product)
    sink.hint('client', 'orderCode', `product code 0x${value.toString(16).padStart(8, '0')}`, 0.8, part, host)
  else if (word === EEPROM.revision) sink.hint('client', 'firmware', `revision 0x${value.toString(16).padStart(8, '0')}`, 0.6, part, host)
  else if (word === EEPROM.serial) sink.hint('client', 'serial', `${value}`, 1, part, host)
}
