/**
 * What the labelled attack captures show, in ATT&CK's words: any of a row's techniques on an alert is right. The first row whose
 * pattern fits a capture (its path below `captures/attacks`) counts; names and notes of the captures are the labels.
 */
export type Label = {
  /** Where the captures are: a glob. */
  readonly captures: string
  /** Acceptable techniques; none: nothing in it is hostile, every alert of level high or above is false. */
  readonly techniques: readonly string[]
  readonly why: string
}

export const LABELS: readonly Label[] = [
  // Commands and reports on IEC 61850 process buses.
  {
    captures: 'goose-stage2/mal_*_90[1357].*',
    techniques: ['T0855', 'T0856', 'T0830', 'T0831'],
    why: 'forged trips in the name of an IED',
  },
  { captures: 'goose-stage2/*', techniques: [], why: 'normal operation and electrical faults' },

  // IEC 60870-5-104 with packets copied, taken out and exchanged.
  {
    captures: 'iec104-energy/C-*',
    techniques: ['T0830', 'T0831', 'T0832', 'T0855', 'T0856'],
    why: 'packets replayed: old commands and reports come again',
  },
  {
    captures: 'iec104-energy/R-*',
    techniques: ['T0803', 'T0804', 'T0830', 'T0814', 'T0815'],
    why: 'packets taken out: commands and reports blocked',
  },
  {
    captures: 'iec104-energy/S-*',
    techniques: ['T0803', 'T0804', 'T0830', 'T0831', 'T0832', 'T0855', 'T0856'],
    why: 'packets exchanged: they are missing in one place and strange in another',
  },
  { captures: 'iec104-energy/*', techniques: [], why: 'the untouched recordings' },

  // Modbus as a carrier.
  {
    captures: 'lemay-modbus/CnC_*',
    techniques: ['T0867', 'T1570', 'T1571', 'T1095', 'T0885', 'T0869', 'T1105'],
    why: 'a program is brought over a back door on port 4444',
  },
  {
    captures: 'lemay-modbus/characterization_*',
    techniques: ['T0861', 'T0888', 'T0846', 'T0802'],
    why: 'all addresses of all stations are tried',
  },
  {
    captures: 'lemay-modbus/channel_*',
    techniques: ['T0869', 'T0885', 'T1132', 'T1001', 'T1095', 'T0836', 'T0806'],
    why: 'a covert channel in the last digits of registers',
  },

  // EtherNet/IP engineering, named by file.
  {
    captures: 'quickdraw-cip/*LockPLCAttempt*',
    techniques: ['T0813', 'T0843', 'T0858', 'T0821', 'T0836', 'T0814'],
    why: 'the controller is locked against others',
  },
  {
    captures: 'quickdraw-cip/*RebootorRestart*',
    techniques: ['T0816', 'T0858', 'T0843', 'T0889'],
    why: 'the controller is reloaded and restarted',
  },
  { captures: 'quickdraw-cip/*DownloadFailure*', techniques: ['T0843', 'T0846', 'T0888'], why: 'a download that does not get through' },
  { captures: 'quickdraw-cip/*SoftwareUpload*', techniques: ['T0845', 'T0882', 'T0893'], why: 'the program is read out' },
  { captures: 'quickdraw-cip/*ViewDeviceStatus*', techniques: ['T0868', 'T0888', 'T0846', 'T0840'], why: 'state and identity are read' },

  // DNP3: a day at a substation, one event a capture.
  {
    captures: 'qut-dnp3/MITM_*',
    techniques: ['T0830', 'T1557.002', 'T0831', 'T0832', 'T0856'],
    why: 'ARP deception between master and outstation, messages forwarded or changed',
  },
  {
    captures: 'qut-dnp3/injection_*Restart*',
    techniques: ['T0816', 'T0855', 'T0848'],
    why: 'restart injected into the session of the master',
  },
  { captures: 'qut-dnp3/injection_FreezeObj*', techniques: ['T0855', 'T0831', 'T0848'], why: 'freeze of counters injected' },
  {
    captures: 'qut-dnp3/injection_*',
    techniques: ['T0855', 'T0856', 'T0830', 'T0831', 'T0832'],
    why: 'messages replayed into the session',
  },
  {
    captures: 'qut-dnp3/master_*flooding*',
    techniques: ['T0814', 'T0806', 'T0848', 'T0855', 'T0813'],
    why: 'a second master floods the outstation',
  },
  {
    captures: 'qut-dnp3/master_*',
    techniques: ['T0848', 'T0855', 'T0836', 'T0830', 'T0849'],
    why: 'a second master takes the place of the first',
  },
  {
    captures: 'qut-dnp3/slave_*flooding*',
    techniques: ['T0814', 'T0815', 'T0856', 'T0832'],
    why: 'a false outstation floods the master with reports',
  },
  { captures: 'qut-dnp3/slave_*', techniques: ['T0856', 'T0832', 'T0849', 'T0830'], why: 'a false outstation reports invented values' },
  {
    captures: 'qut-dnp3/{nmap,reconnaissance}*',
    techniques: ['T0846', 'T0840', 'T0888', 'T1018', 'T1046'],
    why: 'hosts and stations are searched',
  },
  { captures: 'qut-dnp3/full-control-day*', techniques: [], why: 'a day without attacks' },
  {
    captures: 'qut-dnp3/full-attack-day*',
    techniques: ['T0830', 'T0855', 'T0856', 'T0814', 'T0846', 'T0816'],
    why: 'a day with all of these',
  },

  // S7: writes by a third station; the panel's own view holds its polls only.
  {
    captures: 'qut-s7/*_Flooding/*.pcap',
    techniques: ['T0814', 'T0806', 'T0855', 'T0831', 'T0836', 'T0813'],
    why: 'operators and intruder overwrite each other: the view of the panel',
  },
  { captures: 'qut-s7/*Threshold/hmi.pcap', techniques: [], why: 'the panel polls: what the intruder sent is in the other views' },
  {
    captures: 'qut-s7/*/*',
    techniques: ['T0855', 'T0836', 'T0831', 'T0835', 'T0806', 'T0821'],
    why: 'commands and thresholds written by a third station',
  },
]
