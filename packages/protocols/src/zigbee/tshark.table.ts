import type { TsharkComparison } from '../testing/tshark.ts'
import type { Zigbee } from './zigbee.ts'

const short = (address: string | undefined): string | undefined => (address?.startsWith('0x') === true ? address : undefined)

export const zigbeeFields: TsharkComparison<Zigbee> = {
  protocol: 'zigbee',
  filter: 'zep',
  captures: ['ot/zigbee/ICS-Pcaps__zigbee4.pcap'],
  fields: {
    'zep.version': ({ version }) => version,
    'zep.channel_id': ({ channel }) => channel,
    'zep.device_id': ({ device }) => device,
    'zep.seqno': ({ sequence }) => sequence,
    'wpan.frame_type': ({ frame }) => frame?.kind,
    'wpan.seq_no': ({ frame }) => frame?.sequence,
    'wpan.src16': ({ frame }) => short(frame?.source),
    'wpan.dst16': ({ frame }) => short(frame?.destination),
    'wpan.dst_pan': ({ frame }) => (frame === undefined || frame.pan < 0 ? undefined : frame.pan),
  },
}

/**
 * From the radio itself; acknowledgements name nobody and are counted by the engine. tshark leaves frames with a bad check alone, and
 * deciphers with keys it has seen: the network layer is not compared.
 */
export const zigbeeRadio: TsharkComparison<Zigbee> = {
  protocol: 'zigbee',
  filter: 'wpan && wpan.frame_type != 2',
  captures: ['ot/zigbee/ICS-Security-Tools__control4-sample.pcap', 'ot/zigbee/scapy__zigbee-transport-key-skke_1.pcap'],
  fields: {
    'wpan.frame_type': ({ frame }) => frame?.kind,
    'wpan.seq_no': ({ frame }) => frame?.sequence,
    'wpan.src16': ({ frame }) => short(frame?.source),
    'wpan.dst16': ({ frame }) => short(frame?.destination),
    'wpan.cmd': ({ frame }) => (frame === undefined || frame.command < 0 ? undefined : frame.command),
  },
}
