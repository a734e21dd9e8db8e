import type { TsharkComparison } from '../testing/tshark.ts'
import { changeOf, STATUS } from './data.ts'
import { blocksOf, type Synchrophasor, type SynchrophasorState } from './synchrophasor.ts'

const isData = ({ type, by }: Synchrophasor): boolean => type === 0 && by !== undefined

export const synchrophasorFields: TsharkComparison<Synchrophasor, SynchrophasorState> = {
  protocol: 'synchrophasor',
  filter: 'synphasor',
  captures: ['ot/synchrophasor'],
  fields: {
    'synphasor.frtype': ({ type }) => type,
    'synphasor.version': ({ version }) => version,
    'synphasor.frsize': ({ size }) => size,
    'synphasor.idcode_stream_source': ({ stream }) => stream,
    'synphasor.fracsec_raw': ({ fraction }) => fraction,
    'synphasor.command': ({ type, command }) => (type === 4 ? command : undefined),
    'synphasor.conf.numpmu': ({ config }) => config?.expected,
    'synphasor.conf.timebase': ({ config }) => config?.timeBase,
    'synphasor.conf.cfgcnt': ({ config }) => config?.stations.map((s) => s.changes),
    'synphasor.idcode_data_source': ({ config }) => config?.stations.map((s) => s.id),
    'synphasor.data.status': (m) => (isData(m) ? blocksOf(m).map((b) => b.status >> 14) : undefined),
    'synphasor.data.sync': (m) => (isData(m) ? blocksOf(m).map((b) => (b.status & STATUS.unsynchronised) !== 0) : undefined),
    'synphasor.data.trigger_reason': (m) => (isData(m) ? blocksOf(m).map((b) => b.status & 15) : undefined),
    'synphasor.frequency_deviation_from_nominal': (m) => (isData(m) ? blocksOf(m).map((b) => b.frequency) : undefined),
    'synphasor.rate_change_frequency': (m) => (isData(m) ? blocksOf(m).map((b, n) => changeOf(m.by!.stations[n]!, b)) : undefined),
    'synphasor.digital_status_word': (m) => (isData(m) ? blocksOf(m).flatMap((b) => b.digitals) : undefined),
  },
}
