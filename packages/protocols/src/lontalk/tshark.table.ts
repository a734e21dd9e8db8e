import type { TsharkComparison } from '../testing/tshark.ts'
import type { Lontalk, LontalkState } from './lontalk.ts'

export const lontalkFields: TsharkComparison<Lontalk, LontalkState> = {
  protocol: 'lontalk',
  filter: 'cnip',
  captures: ['ot/lontalk'],
  fields: {
    'cnip.type': ({ type }) => type,
    'cnip.sessid': ({ session }) => session,
    'cnip.seqno': ({ sequence }) => sequence,
    'lon.pdufmt': ({ format }) => (format < 0 ? undefined : format),
    'lon.srcnet': ({ source }) => (source === '' ? undefined : source.split('/')[0]),
    'lon.srcnode': ({ source }) => (source === '' ? undefined : source.split('/')[1]),
    'lon.dstnode': ({ destination }) => (/^\d/.test(destination) ? destination.split('/')[1] : undefined),
    'lon.domain': ({ domain }) => domain || undefined,
    'lon.tpdu_type': ({ format, kind }) => (format === 0 ? kind : undefined),
    'lon.spdu_type': ({ format, kind }) => (format === 1 ? kind : undefined),
    'lon.trans_no': ({ transaction, format }) => (format === 0 || format === 1 ? transaction : undefined),
    'lon.nv.selector': ({ selector }) => (selector < 0 ? undefined : selector),
  },
}
