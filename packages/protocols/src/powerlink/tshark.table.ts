import type { TsharkComparison } from '../testing/tshark.ts'
import type { Powerlink, PowerlinkState } from './powerlink.ts'
import type { Sdo } from './sdo.ts'

const sequence =
  (pick: (sdo: Sdo) => number) =>
  ({ sdo }: Powerlink) =>
    sdo === undefined ? undefined : pick(sdo)
const command =
  (pick: (sdo: Sdo) => number) =>
  ({ sdo }: Powerlink) =>
    sdo === undefined || sdo.command < 0 ? undefined : pick(sdo)

const filled = (pick: (sdo: Sdo) => number) => (m: Powerlink) => (m.sdo?.segmentSize === 0 ? undefined : command(pick)(m))

export const powerlinkFields: TsharkComparison<Powerlink, PowerlinkState> = {
  protocol: 'powerlink',
  filter: 'epl',
  captures: ['ot/powerlink'],
  fields: {
    'epl.mtyp': ({ type }) => type,
    'epl.asnd.svid': ({ service }) => service,
    'epl.asnd.sdo.seq.receive.sequence.number': sequence((sdo) => sdo.received),
    'epl.asnd.sdo.seq.receive.con': sequence((sdo) => sdo.receivedState),
    'epl.asnd.sdo.seq.send.sequence.number': sequence((sdo) => sdo.sent),
    'epl.asnd.sdo.seq.send.con': sequence((sdo) => sdo.sentState),
    'epl.asnd.sdo.cmd.transaction.id': command((sdo) => sdo.transaction),
    'epl.asnd.sdo.cmd.response': command((sdo) => (sdo.isAnswer ? 1 : 0)),
    'epl.asnd.sdo.cmd.abort': command((sdo) => (sdo.isAbort ? 1 : 0)),
    'epl.asnd.sdo.cmd.segmentation': command((sdo) => sdo.segmentation),
    // It shows neither for an empty answer.
    'epl.asnd.sdo.cmd.command.id': filled((sdo) => sdo.command),
    'epl.asnd.sdo.cmd.segment.size': filled((sdo) => sdo.segmentSize),
  },
}
