/** Rows of icsnpp-ethercat's logs: register and memory accesses by datagram, device information, mailboxes. */
import type { SeenMessage } from '@isthmus/wire'
import type { Column, LogSpec, PutRow } from '../protocol.ts'
import { ADS_COMMANDS, COMMANDS, REGISTER, zeekRegister } from './ethercat.table.ts'
import type { Datagram, EtherCat, EtherCatState } from './ethercat.ts'
import type { Mail } from './mailbox.ts'

const texts = (...names: readonly string[]): LogSpec => ({ bare: true, columns: names.map((name): Column => [name, 'string']) })

export const logs: Readonly<Record<string, LogSpec>> = {
  ecat_registers: texts('srcmac', 'dstmac', 'Command', 'Slave_Addr', 'Register_Type', 'Register_Addr', 'data'),
  ecat_log_address: {
    bare: true,
    columns: [
      ['srcmac', 'string'],
      ['dstmac', 'string'],
      ['Log_Addr', 'string'],
      ['Length', 'count'],
      ['Command', 'string'],
      ['data', 'string'],
    ],
  },
  ecat_dev_info: texts('slave_id', 'revision', 'dev_type', 'build', 'fmmucnt', 'smcount', 'ports', 'dpram', 'features'),
  ecat_aoe_info: texts('targetid', 'targetport', 'senderid', 'senderport', 'cmd', 'stateflags', 'data'),
  ecat_coe_info: texts('number', 'Type', 'req_resp', 'index', 'subindex', 'dataoffset'),
  ecat_foe_info: texts('opCode', 'reserved', 'packet_num', 'error_code', 'filename', 'data'),
  ecat_soe_info: texts('opCode', 'incomplete', 'error', 'drive_num', 'element_flags', 'index'),
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase())
const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`
/** ICSNPP keeps files in buffers of this size and writes them whole. */
const FILE_BUFFER = 512
const MAX_LOGGED = 15
/** An offset that ICSNPP uses for "none". */
const NO_OFFSET = 0xff

export function zeek({ message: m, from, flow }: SeenMessage<EtherCat, EtherCatState>, put: PutRow): void {
  // It reads frames of the EtherType only, and refuses those that are cut.
  if (flow.transport !== 'ethernet') return
  const src = from === 'client' ? flow.clientMac : flow.serverMac
  const dst = from === 'client' ? flow.serverMac : flow.clientMac
  for (let i = 0; i < m.datagrams.length && i < MAX_LOGGED; i++) {
    const d = m.datagrams[i]!
    if (m.isTruncated && i === m.datagrams.length - 1) return
    row(d, src, dst, put)
  }
}

function row(d: Datagram, src: string, dst: string, put: PutRow): void {
  const command = COMMANDS[d.command]?.[0] ?? `Unknown CMD Cmd-${hex(d.command)}`
  if (d.command >= 10 && d.command <= 12) {
    const bytes = [d.logical & 255, (d.logical >>> 8) & 255, (d.logical >>> 16) & 255, d.logical >>> 24]
    if (bytes[0] === 0xff || bytes[2] === 0xff) return
    put('ecat_log_address', [src, dst, bytes.map((b) => HEX[b]).join(''), d.data.length, command, hexOf(d.data)])
    return
  }
  // Written before the datagram's own row, as its events are.
  if (d.command > 0 && d.offset === REGISTER.information && d.data.length >= 10) information(d, put)
  if (d.command > 0 && d.mail !== undefined) mailRow(d.mail, put)
  if (d.offset === NO_OFFSET) return
  put('ecat_registers', [src, dst, command, hex(d.device), zeekRegister(d.offset), hex(d.offset), hexOf(d.data)])
}

function information({ device, data: b }: Datagram, put: PutRow): void {
  const word = (at: number): string => hex(b[at]! | (b[at + 1]! << 8))
  put('ecat_dev_info', [hex(device), hex(b[0]!), hex(b[1]!), word(2), hex(b[4]!), hex(b[5]!), hex(b[7]!), hex(b[6]!), word(8)])
}

function mailRow(m: Mail, put: PutRow): void {
  if (m.kind === 'canopen') {
    put('ecat_coe_info', [hex(m.number), hex(m.type), hex(m.command), hex(m.index), hex(m.subindex), hex(m.word)])
  } else if (m.kind === 'ads') {
    const command = ADS_COMMANDS[m.command] ?? `Unknown CMD Cmd-${hex(m.command)}`
    put('ecat_aoe_info', [m.target, hex(m.targetPort), m.sender, hex(m.senderPort), command, hex(m.flags), hexOf(m.data)])
  } else if (m.kind === 'file') {
    // Its buffers stay empty but for mailboxes larger than any.
    const buffer = '00'.repeat(FILE_BUFFER)
    put('ecat_foe_info', [hex(m.operation), hex(m.reserved), hex(m.words[0]), hex(m.words[1]), buffer, buffer])
  } else if (m.kind === 'drive' && m.bytes.length >= 7) {
    const b = m.bytes
    put('ecat_soe_info', [hex(b[0]!), hex(b[1]!), hex(b[2]!), hex(b[3]!), hex(b[4]!), hex(b[5]! | (b[6]! << 8))])
  }
}

function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i]!]
  return text
}
