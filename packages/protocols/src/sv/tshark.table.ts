import type { TsharkComparison } from '../testing/tshark.ts'
import type { Sv, SvState } from './sv.ts'

export const svFields: TsharkComparison<Sv, SvState> = {
  protocol: 'sampled-values',
  filter: 'sv',
  captures: ['ot/iec61850-sv'],
  fields: {
    'sv.appid': ({ appId }) => appId,
    'sv.length': ({ length }) => length,
    'sv.noASDU': ({ asdus }) => asdus.length,
    'sv.svID': ({ asdus }) => asdus.map((a) => a.svId),
    'sv.smpCnt': ({ asdus }) => asdus.map((a) => a.sampleCount),
    'sv.confRev': ({ asdus }) => asdus.map((a) => a.confRev),
    'sv.smpSynch': ({ asdus }) => asdus.flatMap((a) => (a.synchronised < 0 ? [] : [a.synchronised])),
  },
}
