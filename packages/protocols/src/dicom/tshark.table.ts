import type { TsharkComparison } from '../testing/tshark.ts'
import type { Dicom, DicomState } from './dicom.ts'

export const dicomFields: TsharkComparison<Dicom, DicomState> = {
  protocol: 'dicom',
  filter: 'dicom',
  captures: ['ot/dicom'],
  fields: {
    'dicom.pdu.type': ({ type }) => (type === 0 ? undefined : type),
    'dicom.pdu.len': ({ type, length }) => (type === 0 ? undefined : length),
    'dicom.assoc.version': ({ association }) => association?.version,
    'dicom.assoc.ae.called': ({ association }) => association?.called,
    'dicom.assoc.ae.calling': ({ association }) => association?.calling,
    'dicom.assoc.reject.reason': ({ type, reason }) => (type === 3 ? reason : undefined),
    'dicom.assoc.abort.source': ({ type, source }) => (type === 7 ? source : undefined),
    'dicom.pctx.id': ({ association }) => association?.contexts.map(({ id }) => id),
    'dicom.pctx.result': ({ association }) => association?.contexts.map(({ result }) => result).filter((result) => result >= 0),
    'dicom.userinfo.uid': ({ association }) => association?.implementation,
    'dicom.userinfo.version': ({ association }) => association?.release,
    'dicom.max_pdu_len': ({ association }) => association?.maxLength,
    'dicom.pdv.ctx': ({ contexts }) => contexts,
    'dicom.pdv.flags': ({ flags }) => flags,
  },
}
