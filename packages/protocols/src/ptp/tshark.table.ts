import type { TsharkComparison } from '../testing/tshark.ts'
import type { Ptp, PtpState } from './ptp.ts'

export const ptpFields: TsharkComparison<Ptp, PtpState> = {
  protocol: 'ptp',
  filter: 'ptp && ptp.v2.messagetype',
  captures: ['ot/ptp'],
  fields: {
    'ptp.v2.messagetype': ({ type }) => type,
    'ptp.v2.versionptp': ({ version }) => version,
    'ptp.v2.domainnumber': ({ domain }) => domain,
    'ptp.v2.flags': ({ flags }) => flags,
    'ptp.v2.clockidentity': ({ clock }) => `0x${clock}`,
    'ptp.v2.sourceportid': ({ port }) => port,
    'ptp.v2.sequenceid': ({ sequence }) => sequence,
    'ptp.v2.an.grandmasterclockidentity': ({ announce }) => announce && `0x${announce.grandmaster}`,
    'ptp.v2.an.grandmasterclockclass': ({ announce }) => announce?.clockClass,
    'ptp.v2.an.grandmasterclockaccuracy': ({ announce }) => announce?.accuracy,
    'ptp.v2.an.grandmasterclockvariance': ({ announce }) => announce?.variance,
    'ptp.v2.an.priority1': ({ announce }) => announce?.priority1,
    'ptp.v2.an.priority2': ({ announce }) => announce?.priority2,
    'ptp.v2.an.localstepsremoved': ({ announce }) => announce?.stepsRemoved,
    'ptp.v2.an.origincurrentutcoffset': ({ announce }) => announce?.utcOffset,
    'ptp.v2.timesource': ({ announce }) => announce?.timeSource,
    'ptp.v2.dr.requestingsourceportidentity': ({ type, requesting }) => (type === 9 ? `0x${requesting}` : undefined),
  },
}
