import type { TsharkComparison } from '../testing/tshark.ts'
import type { Block, RecordHeader } from './blocks.ts'
import type { Cm, CmState } from './profinet-io-cm.ts'

/** Every block of a message, those inside records included, as tshark lists them. */
function all(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => (block.kind === 'record' || block.kind === 'group' ? [block, ...all(block.blocks)] : [block]))
}

const kinds = <K extends Block['kind']>(m: Cm, kind: K): Extract<Block, { kind: K }>[] =>
  all(m.blocks).filter((block): block is Extract<Block, { kind: K }> => block.kind === kind)

const records = (m: Cm): RecordHeader[] => kinds(m, 'record')

export const profinetIoCmFields: TsharkComparison<Cm, CmState> = {
  protocol: 'profinet-io-cm',
  filter: 'dcerpc && udp',
  captures: ['ot/profinet-io-cm', 'it/dcerpc/ICS-Security-Tools__profinet.pcap'],
  fields: {
    'dcerpc.pkt_type': (m) => m.header.type,
    'dcerpc.dg_seqnum': (m) => m.header.sequence,
    'dcerpc.opnum': (m) => m.header.operation,
    'dcerpc.dg_frag_len': (m) => m.header.bodyLength,
    'dcerpc.dg_frag_num': (m) => m.header.fragment,
    'pn_io.index': (m) => all(m.blocks).flatMap((block) => ('index' in block && block.index >= 0 ? [block.index] : [])),
    'pn_io.record_data_length': (m) => records(m).map(({ length }) => length),
    'pn_io.station_name_length': (m) =>
      all(m.blocks).flatMap((block) => ('station' in block && !('isAnswer' in block && block.isAnswer) ? [block.station.length] : [])),
    'pn_io.iocr_type': (m) => kinds(m, 'iocr').map(({ crType }) => crType),
    'pn_io.control_command.prmend': (m) => kinds(m, 'control').map(({ command }) => (command & 1) !== 0),
    'pn_io.control_command.applready': (m) => kinds(m, 'control').map(({ command }) => (command & 2) !== 0),
    'pn_io.control_command.release': (m) => kinds(m, 'control').map(({ command }) => (command & 4) !== 0),
    'pn_io.module_ident_number': (m) => kinds(m, 'modules').flatMap(({ slots }) => slots.map(({ ident }) => ident)),
    'pn_io.submodule_ident_number': (m) =>
      kinds(m, 'modules').flatMap(({ slots }) => slots.flatMap(({ subslots }) => subslots.map(({ ident }) => ident))),
  },
}
