import type { TsharkComparison } from '../testing/tshark.ts'
import { fieldOf } from './commands.ts'
import { type HartIp, type HartState, ID } from './hart-ip.ts'

const field =
  (...names: readonly string[]) =>
  ({ token }: HartIp): number[] => {
    const data = token?.called.data
    if (data === undefined || !data.isResponse) return []
    return names.map((name) => fieldOf(data, name)).filter((value) => typeof value === 'number')
  }

const known =
  (read: (message: HartIp) => number) =>
  (message: HartIp): number | undefined =>
    message.id < ID.direct ? read(message) : undefined

export const hartIpFields: TsharkComparison<HartIp, HartState> = {
  protocol: 'hart-ip',
  // An ICMP error quotes a message; tshark 4.0 knows no direct PDUs and no audit logs.
  filter: 'hart_ip && !icmp && hart_ip.message_id < 4',
  captures: ['ot/hart-ip'],
  fields: {
    'hart_ip.version': known(({ version }) => version),
    'hart_ip.message_type': known(({ type }) => type),
    'hart_ip.message_id': known(({ id }) => id),
    'hart_ip.status': known(({ status }) => status),
    'hart_ip.transaction_id': known(({ sequence }) => sequence),
    'hart_ip.msg_length': known(({ length }) => length),
    'hart_ip.session_init.inactivity_close_timer': ({ session }) => session?.closeAfterMs,
    'hart_ip.pt.delimiter': ({ token }) => token?.delimiter,
    'hart_ip.pt.command': ({ token }) => token?.called.number,
    'hart_ip.pt.length': ({ token }) => token?.called.byteCount,
    'hart_ip.pt.response_code': ({ token }) => token?.called.responseCode,
    'hart_ip.pt.device_status': ({ token }) => token?.deviceStatus,
    'hart_ip.pt.checksum': ({ token }) => token?.check,
    'hart_ip.pt.rsp.device_rev': field('device_revision_level'),
    'hart_ip.pt.rsp.software_rev': field('software_revision_level'),
    'hart_ip.pt.rsp.configure_change': field('configuration_change_counter'),
    'hart_ip.pt.rsp.pv': field('primary_variable'),
    'hart_ip.pt.rsp.sv': field('secondary_variable'),
    'hart_ip.pt.rsp.tv': field('tertiary_variable'),
    'hart_ip.pt.rsp.qv': field('quaternary_variable'),
    'hart_ip.pt.rsp.slot0_device_var_value': field('slot0_device_variable'),
    'hart_ip.pt.rsp.slot3_device_var_value': field('slot3_device_variable'),
  },
}
