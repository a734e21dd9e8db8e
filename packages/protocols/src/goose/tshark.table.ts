import type { TsharkComparison } from '../testing/tshark.ts'
import type { Entry } from './data.ts'
import type { Goose } from './goose.ts'
import type { Publications } from './publication.ts'

const leaves = (entries: readonly Entry[]): Entry[] => entries.flatMap((e) => (e.value === undefined ? leaves(e.parts) : [e]))
const of = (m: Goose, type: RegExp) => leaves(m.entries).flatMap((e) => (type.test(e.dataType) && e.value !== undefined ? [e.value] : []))

export const gooseFields: TsharkComparison<Goose, Publications> = {
  protocol: 'goose',
  filter: 'goose',
  captures: ['ot/iec61850-goose'],
  except: {
    'ot/iec61850-goose/icsnpp-iec61850-goose__GOOSE_missing_gocb_ref.pcap': 'tshark gives up where a field is missing',
    'ot/iec61850-goose/icsnpp-iec61850-goose__GOOSE_missing_conf_rev.pcap': 'tshark gives up where a field is missing',
    'ot/iec61850-goose/icsnpp-iec61850-goose__GOOSE_truncated.pcap': 'tshark gives up where a field is cut',
    'ot/iec61850-goose/icsnpp-iec61850-goose__GOOSE_unsupported_tlv.pcap': 'tshark gives up at a field it does not know',
  },
  fields: {
    'goose.appid': ({ appId }) => appId,
    'goose.length': ({ length }) => length,
    'goose.gocbRef': ({ gocbRef }) => gocbRef,
    'goose.timeAllowedtoLive': ({ timeAllowedToLive }) => timeAllowedToLive,
    'goose.datSet': ({ dataSet }) => dataSet,
    'goose.goID': ({ goId }) => goId,
    'goose.stNum': ({ stNum }) => stNum,
    'goose.sqNum': ({ sqNum }) => sqNum,
    'goose.simulation': ({ isSimulated }) => isSimulated,
    'goose.confRev': ({ confRev }) => confRev,
    'goose.ndsCom': ({ needsCommissioning }) => needsCommissioning,
    'goose.numDatSetEntries': ({ entryCount }) => entryCount,
    'goose.boolean': (m) => of(m, /^bool$/),
    'goose.integer': (m) => of(m, /^int/),
    'goose.unsigned': (m) => of(m, /^uint/),
  },
}
