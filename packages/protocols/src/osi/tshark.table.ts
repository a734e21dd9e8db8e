import type { TsharkComparison } from '../testing/tshark.ts'
import type { Osi, OsiState } from './osi.ts'

export const osiFields: TsharkComparison<Osi, OsiState> = {
  protocol: 'osi',
  filter: 'ses && pres',
  captures: ['ot/iec61850-mms', 'ot/iec61850-goose/ICS-Pcaps__mmsy1.pcap'],
  fields: {
    'pres.presentation_context_identifier': ({ presentation: p }) =>
      p === undefined ? undefined : [...p.contexts.flatMap((c) => (c.id < 0 ? [] : [c.id])), ...p.values.map((v) => v.context)],
    'pres.abstract_syntax_name': ({ presentation: p }) => p?.contexts.flatMap((c) => (c.abstract === '' ? [] : [c.abstract])),
    'acse.aSO_context_name': ({ acse }) => acse?.context || undefined,
    'acse.ap_title_form2': ({ acse }) =>
      acse === undefined ? undefined : [acse.calledTitle, acse.callingTitle, acse.respondingTitle].filter((t) => t !== ''),
    'acse.aso_qualifier_form2': ({ acse }) =>
      acse === undefined ? undefined : [acse.calledQualifier, acse.callingQualifier, acse.respondingQualifier].filter((q) => q !== ''),
    'acse.result': ({ acse }) => (acse === undefined || acse.result < 0 ? undefined : acse.result),
    'acse.abort_source': ({ acse }) => (acse?.apdu === 0x64 ? acse.reason : undefined),
    'acse.abort_diagnostic': ({ acse }) => (acse?.apdu === 0x64 ? acse.diagnostic : undefined),
  },
}
