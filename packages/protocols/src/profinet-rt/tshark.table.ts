import type { TsharkComparison } from '../testing/tshark.ts'
import type { Rt, RtState } from './profinet-rt.ts'

export const profinetRtFields: TsharkComparison<Rt, RtState> = {
  protocol: 'profinet-rt',
  filter: 'pn_rt',
  captures: ['ot/profinet', 'ot/profinet-io-cm'],
  fields: {
    'pn_rt.frame_id': ({ frameId }) => frameId,
    'pn_rt.cycle_counter': ({ stream }) => stream?.cycle,
    'pn_rt.ds': ({ stream }) => stream?.dataStatus,
    'pn_rt.transfer_status': ({ stream }) => stream?.transferStatus,
    'pn_io.alarm_type': ({ alarm }) => (alarm !== undefined && alarm.alarmType > 0 ? alarm.alarmType : undefined),
    'pn_io.slot_nr': ({ alarm }) => (alarm !== undefined && alarm.alarmType > 0 ? alarm.slot : undefined),
  },
}
