/** TPDU codes of ISO 8073 (RFC 905 §13.1), named as ICSNPP names them; and what a disconnect gives as reason (§13.5.3). */
export const TPDU: Readonly<Record<number, string>> = {
  1: 'ED Expedited Data',
  2: 'EA Expedited Data Acknowledgement',
  5: 'RJ Reject',
  6: 'AK Data Acknowledgement',
  7: 'ER TPDU Error',
  8: 'DR Disconnect Request',
  12: 'DC Disconnect Confirm',
  13: 'CC Connection Confirm',
  14: 'CR Connection Request',
  15: 'DT Data',
}

/** Least value of the length indicator of each TPDU: its fixed part without the indicator itself. */
export const FIXED: Readonly<Record<number, number>> = { 1: 4, 2: 4, 5: 4, 6: 4, 7: 4, 8: 6, 12: 5, 13: 6, 14: 6, 15: 2 }

export const REASONS: Readonly<Record<number, string>> = {
  0: 'not specified',
  1: 'congestion at TSAP',
  2: 'session entity not attached to TSAP',
  3: 'address unknown',
  128: 'normal disconnect',
  129: 'remote transport entity congestion',
  130: 'connection negotiation failed',
  131: 'duplicate source reference',
  132: 'mismatched references',
  133: 'protocol error',
  135: 'reference overflow',
  136: 'connection request refused',
  138: 'header or parameter length invalid',
}
