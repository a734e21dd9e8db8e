/**
 * What speaking a protocol says of a host. Types and roles are guesses from behaviour, so their weights stay below
 * what a device says of itself. A protocol without a row gives `<name> server` and `<name> client`.
 */
import type { AssetType } from '@isthmus/model'

export type Guess = readonly [type: AssetType, confidence: number]

export type ProtocolRoles = {
  readonly serverType?: Guess
  readonly clientType?: Guess
  /** Replaces `<name> server`. */
  readonly serverRole?: string
  readonly clientRole?: string
  /** `plant`: spoken with plant equipment. `office`: its clients are computers that people use or that serve them. */
  readonly world?: 'plant' | 'office'
}

const controller = (type: AssetType = 'plc', weight = 0.5): ProtocolRoles => ({
  serverType: [type, weight],
  serverRole: 'controller',
  world: 'plant',
})
const office = (server?: Guess, serverRole?: string): ProtocolRoles => ({
  clientType: ['workstation', 0.25],
  world: 'office',
  ...(server && { serverType: server }),
  ...(serverRole && { serverRole }),
})
const service = (serverRole: string): ProtocolRoles => ({ serverType: ['server', 0.3], serverRole })
/** Announced by every device that has it: says nothing of what the device is. */
const neutral: ProtocolRoles = {}

export const ROLES: Readonly<Record<string, ProtocolRoles>> = {
  // Controllers and what is asked like one.
  modbus: controller(),
  s7comm: controller('plc', 0.55),
  's7comm-plus': controller('plc', 0.55),
  melsec: controller('plc', 0.55),
  'melsec-1e': controller('plc', 0.55),
  melsoft: controller('plc', 0.55),
  'omron-fins': controller('plc', 0.55),
  ads: controller('plc', 0.55),
  codesys: controller('plc', 0.5),
  'codesys-service': controller('plc', 0.55),
  'codesys-v2': controller('plc', 0.55),
  'ge-srtp': controller('plc', 0.55),
  tristation: controller('safety-controller', 0.6),
  enip: { serverType: ['plc', 0.4], world: 'plant' },
  cip: { serverType: ['plc', 0.45], serverRole: 'controller', world: 'plant' },
  'cip-io': {
    serverType: ['io-module', 0.45],
    serverRole: 'field device',
    clientType: ['plc', 0.5],
    clientRole: 'controller',
    world: 'plant',
  },
  // Telecontrol.
  dnp3: controller('rtu', 0.5),
  iec104: controller('rtu', 0.5),
  iec101: controller('rtu', 0.5),
  bsap: controller('rtu', 0.5),
  'roc-plus': controller('rtu', 0.5),
  genisys: controller('rtu', 0.5),
  c1222: { serverType: ['sensor', 0.45], serverRole: 'meter', world: 'plant' },
  dlms: { serverType: ['sensor', 0.45], serverRole: 'meter', world: 'plant' },
  // Substations. Publishers have no asker: they are the client.
  mms: controller('ied', 0.5),
  goose: { clientType: ['ied', 0.55], clientRole: 'controller', world: 'plant' },
  'sampled-values': { clientType: ['ied', 0.5], clientRole: 'merging unit', world: 'plant' },
  synchrophasor: { serverType: ['ied', 0.5], serverRole: 'phasor measurement unit', world: 'plant' },
  // Fieldbuses on Ethernet.
  'profinet-rt': { clientType: ['io-module', 0.3], clientRole: 'profinet device', world: 'plant' },
  'profinet-io-cm': {
    serverType: ['io-module', 0.45],
    serverRole: 'field device',
    clientType: ['plc', 0.5],
    clientRole: 'controller',
    world: 'plant',
  },
  ethercat: { clientType: ['plc', 0.45], clientRole: 'controller', world: 'plant' },
  'hart-ip': { serverType: ['gateway', 0.5], serverRole: 'gateway', world: 'plant' },
  'cclink-ie': { clientType: ['plc', 0.3], world: 'plant' },
  sercos3: { clientType: ['plc', 0.35], world: 'plant' },
  'ff-hse': { serverType: ['gateway', 0.4], serverRole: 'field device', world: 'plant' },
  mrp: { clientType: ['switch', 0.25] },
  prp: neutral,
  powerlink: { clientType: ['plc', 0.35], world: 'plant' },
  // Buildings.
  bacnet: { serverType: ['building-controller', 0.5], serverRole: 'controller', world: 'plant' },
  knx: controller('building-controller', 0.5),
  'bacnet-ethernet': { serverType: ['building-controller', 0.5], serverRole: 'controller', world: 'plant' },
  lontalk: { clientType: ['building-controller', 0.35], world: 'plant' },
  'niagara-fox': controller('building-controller', 0.5),
  // Data for people and systems.
  opcua: { serverType: ['scada-server', 0.35], serverRole: 'opc server', world: 'plant' },
  mqtt: service('message broker'),
  // Office and directory.
  kerberos: office(['domain-controller', 0.5], 'domain controller'),
  ldap: office(['domain-controller', 0.4], 'directory server'),
  smb: office(['server', 0.3], 'file server'),
  rdp: office(['server', 0.25], 'remote desktop server'),
  imap: office(['server', 0.4], 'mail server'),
  pop3: office(['server', 0.4], 'mail server'),
  smtp: { serverType: ['server', 0.4], serverRole: 'mail server' },
  rfb: { serverType: ['workstation', 0.2], serverRole: 'remote desktop server', clientType: ['workstation', 0.25] },
  'netbios-datagram': { clientType: ['workstation', 0.25], world: 'office' },
  // Servers of anything.
  dns: service('dns server'),
  ntp: { serverRole: 'time server' },
  http: { serverType: ['server', 0.15], serverRole: 'web server' },
  tls: { serverType: ['server', 0.15], serverRole: 'tls server' },
  ssh: { serverType: ['server', 0.15], serverRole: 'ssh server' },
  ftp: { serverType: ['server', 0.2], serverRole: 'file server' },
  tds: service('database server'),
  mysql: service('database server'),
  postgresql: service('database server'),
  tns: service('database server'),
  redis: service('database server'),
  kafka: service('message broker'),
  amqp: service('message broker'),
  syslog: { serverType: ['server', 0.3], serverRole: 'log server' },
  radius: service('authentication server'),
  sip: { clientType: ['phone', 0.25] },
  rtsp: { serverType: ['camera', 0.4], serverRole: 'camera' },
  pjl: { serverType: ['printer', 0.5], serverRole: 'printer' },
  // The network itself.
  stp: { clientType: ['switch', 0.5], clientRole: 'switch' },
  ospf: { clientType: ['router', 0.5], clientRole: 'router' },
  eigrp: { clientType: ['router', 0.5], clientRole: 'router' },
  bgp: { serverType: ['router', 0.4], serverRole: 'router' },
  hsrp: { clientType: ['router', 0.5], clientRole: 'router' },
  vrrp: { clientType: ['router', 0.5], clientRole: 'router' },
  lacp: neutral,
  udld: { clientType: ['switch', 0.4], clientRole: 'switch' },
  vtp: { clientType: ['switch', 0.5], clientRole: 'switch' },
  dtp: { clientType: ['switch', 0.4], clientRole: 'switch' },
  pim: { clientType: ['router', 0.4], clientRole: 'router' },
  // Carriers: what rides on them says more.
  arp: neutral,
  icmp: neutral,
  lldp: neutral,
  cdp: neutral,
  cotp: neutral,
}

/** Protocols that say nothing of a host, or say it better themselves: no role is noted for speaking them. */
export const SILENT: ReadonlySet<string> = new Set([
  '',
  'unknown',
  'tcp',
  'udp',
  'ip',
  'ipv4',
  'ipv6',
  'ethernet',
  'arp',
  'nd',
  'icmp',
  'icmp6',
  'icmpv6',
  'dhcp',
  'dhcpv6',
  'lldp',
  'cdp',
  'cotp',
])

/** What usually listens where, for conversations that nothing decoded: the weakest of guesses. */
export const PORT_GUESSES: Readonly<Record<string, string>> = {
  'tcp/102': 's7comm',
  'tcp/502': 'modbus',
  'udp/502': 'modbus',
  'tcp/2404': 'iec104',
  'tcp/4840': 'opcua',
  'tcp/20000': 'dnp3',
  'udp/20000': 'dnp3',
  'tcp/44818': 'enip',
  'udp/2222': 'cip-io',
  'udp/47808': 'bacnet',
  'tcp/48898': 'ads',
  'udp/9600': 'omron-fins',
  'tcp/9600': 'omron-fins',
  'tcp/5007': 'melsec',
  'udp/5094': 'hart-ip',
  'tcp/5094': 'hart-ip',
  'tcp/18245': 'ge-srtp',
  'tcp/1911': 'niagara-fox',
  'tcp/4911': 'niagara-fox',
  'udp/1502': 'tristation',
  'tcp/4712': 'synchrophasor',
  'udp/3671': 'knx',
  'tcp/1883': 'mqtt',
  'tcp/445': 'smb',
  'tcp/139': 'smb',
  'tcp/88': 'kerberos',
  'tcp/389': 'ldap',
  'tcp/3389': 'rdp',
  'tcp/1433': 'tds',
  'tcp/3306': 'mysql',
  'tcp/5432': 'postgresql',
  'tcp/554': 'rtsp',
  'tcp/5900': 'rfb',
  'tcp/25': 'smtp',
  'tcp/143': 'imap',
  'tcp/110': 'pop3',
}

/** Types that go with a role a host states of itself. */
export const STATED_ROLES: Readonly<Record<string, Guess>> = {
  router: ['router', 0.5],
  switch: ['switch', 0.5],
  'dns server': ['server', 0.3],
  controller: ['plc', 0.5],
  'domain controller': ['domain-controller', 0.6],
}
