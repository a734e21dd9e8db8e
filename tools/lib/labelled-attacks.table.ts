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
  { captures: 'quickdraw-cip/*DownloadFailure*', techniques: [], why: 'the download does not begin: nothing of it was sent' },
  { captures: 'quickdraw-cip/*SoftwareUpload*', techniques: ['T0845', 'T0882', 'T0893'], why: 'the program is read out' },
  { captures: 'quickdraw-cip/*ViewDeviceStatus*', techniques: [], why: 'no message of EtherNet/IP is in it' },

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

  // S7: writes by a third station. The panel's view of most holds its own polls and writes only.
  {
    captures: 'qut-s7/*_Flooding/hmi.pcap',
    techniques: [],
    why: 'the panel reads and writes: what the intruder sent is in the other views',
  },
  { captures: 'qut-s7/*Threshold/hmi.pcap', techniques: [], why: 'the panel polls: what the intruder sent is in the other views' },
  { captures: 'qut-s7/*_Flooding/*', techniques: ['T0814', 'T0806', 'T0855', 'T0831', 'T0836'], why: 'the same command again and again' },
  {
    captures: 'qut-s7/*/*',
    techniques: ['T0855', 'T0836', 'T0831', 'T0835', 'T0806', 'T0821'],
    why: 'commands and thresholds written by a third station',
  },

  // Intrusions into office networks, named by file.
  { captures: 'threat-c2-malware/*Pingback*', techniques: ['T1095', 'T1572', 'T1071'], why: 'a back door commanded over ICMP' },
  {
    captures: 'threat-c2-malware/*strrat*',
    techniques: ['T1571', 'T1095', 'T1071', 'T1219', 'T1102'],
    why: 'a remote-access trojan reports',
  },
  {
    captures: 'threat-c2-malware/*quasar*',
    techniques: ['T1573', 'T1571', 'T1071', 'T1219', 'T1095', 'T1105'],
    why: 'a remote-access trojan under TLS',
  },
  {
    captures: 'threat-cve/CVE-2021-1675__*',
    techniques: ['T1547.012', 'T1068', 'T1210', 'T1569', 'T1021.002', 'T1105', 'T1570'],
    why: 'PrintNightmare',
  },
  {
    captures: 'threat-cve/cve-2021-44228__*',
    techniques: ['T1190', 'T1203', 'T1210', 'T1071', 'T1105', 'T1048', 'T1071.004'],
    why: 'Log4Shell',
  },
  {
    captures: 'threat-cve/*CVE-2021-38647*',
    techniques: ['T1190', 'T1210', 'T1059', 'T1021.006'],
    why: 'OMIGOD: commands without a login',
  },
  {
    captures: 'threat-cve/*apache_exploit*',
    techniques: ['T1190', 'T1083', 'T1210', 'T1059'],
    why: 'CVE-2021-41773: a path that leaves the web root',
  },
  {
    captures: 'threat-cve/CVE-2020-16898__pi3_poc*',
    techniques: ['T1210', 'T1190', 'T1499', 'T1498', 'T1203'],
    why: 'a router advertisement that overflows its reader',
  },
  {
    captures: 'threat-cve/*{attempt,successful}-constructed*',
    techniques: ['T1190', 'T1059', 'T1210'],
    why: 'CVE-2022-22954: a template run by the server',
  },
  {
    captures: 'threat-cve/*__constructed*',
    techniques: ['T1190', 'T1210', 'T1499', 'T1499.004'],
    why: 'CVE-2022-21907: a header that stops the server',
  },
  {
    captures: 'threat-cve/*{dns_long_cname,dns_over_udp_with_edns,ipv6_rh0_poc}*',
    techniques: ['T1210', 'T0866', 'T1190', 'T1203', 'T1499', 'T1499.004', 'T0814'],
    why: 'Ripple20: messages that overflow a small device',
  },
  { captures: 'threat-cve/*__explicit*', techniques: ['T1553', 'T1553.004', 'T1557', 'T1036'], why: 'CVE-2020-0601: a forged certificate' },
  {
    captures: 'threat-cve/*gnutls-tls1.2-vulnerable*',
    techniques: ['T1557', 'T1040'],
    why: 'CVE-2020-13777: session tickets under an empty key',
  },
  {
    captures: 'threat-cve/*spookyssl*',
    techniques: ['T1203', 'T1210', 'T1190', 'T1499', 'T1499.004'],
    why: 'CVE-2022-3602: a certificate that overflows its reader',
  },
  {
    captures: 'threat-cve/tcpdump__*',
    techniques: ['T1499', 'T1499.004', 'T0814', 'T1203', 'T1210'],
    why: 'packets that stop an analyser',
  },
  { captures: 'threat-cve/*', techniques: [], why: 'the harmless half of a pair' },
  { captures: 'threat-ddos/*', techniques: ['T1498', 'T1498.001', 'T1499', 'T0814'], why: 'a flood of SYN packets' },
  { captures: 'threat-otrf/*log4shell*', techniques: ['T1190', 'T1203', 'T1210', 'T1105', 'T1071'], why: 'Log4Shell' },
  { captures: 'threat-otrf/*covenant_copy*', techniques: ['T1021.002', 'T1570', 'T1105'], why: 'a file copied to an administrative share' },
  {
    captures: 'threat-otrf/*sc_query*',
    techniques: ['T1007', 'T1569', 'T1569.002', 'T1021.002', 'T1543.003', 'T1489'],
    why: 'services of another host are read',
  },
  {
    captures: 'threat-otrf/*wmi_wbemcomn*',
    techniques: ['T1047', 'T1574', 'T1021.002', 'T1570', 'T1021.003', 'T1105'],
    why: 'a library is put beside the WMI service of another host',
  },
  {
    captures: 'threat-otrf/*rubeus*',
    techniques: ['T1558', 'T1550', 'T1078', 'T1558.003', 'T1558.004'],
    why: 'a ticket asked for with a stolen hash',
  },
  {
    captures: 'threat-pcap-attack/*Foudre*',
    techniques: ['T1568', 'T1568.002', 'T1071', 'T1071.001', 'T1071.004'],
    why: 'generated names',
  },
  { captures: 'threat-pcap-attack/*SpoolSample*', techniques: ['T1187', 'T1557'], why: 'a server is made to log in' },
  {
    captures: 'threat-pcap-attack/*kerbrute*',
    techniques: ['T1110', 'T1110.003', 'T1087', 'T1087.002'],
    why: 'one password for many accounts',
  },
  {
    captures: 'threat-pcap-attack/*{masterkey,BackupMasterKey}*',
    techniques: ['T1555', 'T1003', 'T1003.004', 'T1552'],
    why: 'keys of the domain are read',
  },
  {
    captures: 'threat-pcap-attack/*PsLoggedOn*',
    techniques: ['T1033', 'T1087', 'T1012', 'T1021.002', 'T1018'],
    why: 'who is logged in where',
  },
  { captures: 'threat-pcap-attack/*NetShareEnum*', techniques: ['T1135'], why: 'shares are listed' },
  { captures: 'threat-pcap-attack/*2020-1350*', techniques: ['T1210', 'T1190', 'T1499', 'T1203', 'T1499.004'], why: 'SIGRed' },
  { captures: 'threat-pcap-attack/*WMI*', techniques: ['T1047', 'T1021.003', 'T1021'], why: 'a process started over WMI' },
  {
    captures: 'threat-pcap-attack/*{psexec,smbexec}*',
    techniques: ['T1569.002', 'T1021.002', 'T1543.003', 'T1570'],
    why: 'a service created on another host',
  },
  {
    captures: 'threat-pcap-attack/*skeleton*',
    techniques: ['T1556', 'T1556.001', 'T1558', 'T1562'],
    why: 'a domain controller that accepts weak tickets',
  },
  { captures: 'threat-scan/*', techniques: ['T1046', 'T1595', 'T1595.001', 'T1018', 'T0846'], why: 'ports are tried' },
  {
    captures: 'threat-smb-exploit/*PostZeroLogon*',
    techniques: ['T1210', 'T1003', 'T1003.006', 'T1098', 'T1531', 'T1068', 'T1556'],
    why: 'a password is reset after Zerologon',
  },
  { captures: 'threat-smb-exploit/*', techniques: ['T1210', 'T1021.002', 'T0866', 'T1021.001'], why: 'exploits of SMB and remote desktop' },
]
