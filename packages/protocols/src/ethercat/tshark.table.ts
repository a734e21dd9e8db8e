import type { TsharkComparison } from '../testing/tshark.ts'
import { COE } from './coe.table.ts'
import { COMMAND } from './ethercat.table.ts'
import type { Datagram, EtherCat, EtherCatState } from './ethercat.ts'

const isLogical = ({ command }: Datagram): boolean => command >= COMMAND.lrd && command <= COMMAND.lrw

export const ethercatFields: TsharkComparison<EtherCat, EtherCatState> = {
  protocol: 'ethercat',
  filter: 'ecat',
  captures: ['ot/ethercat'],
  fields: {
    'ecat.cmd': ({ datagrams }) => datagrams.map(({ command }) => command),
    'ecat.idx': ({ datagrams }) => datagrams.map(({ index }) => index),
    'ecat.adp': ({ datagrams }) => datagrams.filter((d) => !isLogical(d)).map(({ device }) => device),
    'ecat.ado': ({ datagrams }) => datagrams.filter((d) => !isLogical(d)).map(({ offset }) => offset),
    'ecat.lad': ({ datagrams }) => datagrams.filter(isLogical).map(({ logical }) => logical),
    'ecat.subframe.length': ({ datagrams }) => datagrams.map(({ data }) => data.length),
    'ecat.cnt': ({ datagrams }) => datagrams.map(({ workingCounter }) => workingCounter),
    'ecat_mailbox.coe.sdoidx': ({ datagrams }) =>
      datagrams.flatMap(({ mail }) => (mail?.kind === 'canopen' && mail.type === COE.request ? [mail.index] : [])),
  },
}
