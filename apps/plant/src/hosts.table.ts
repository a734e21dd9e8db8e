/** Who is in the plant: addresses, levels and what they are. The water works is invented; OUIs are their vendors' own. */

export type HostKind =
  | 'plc'
  | 'gateway'
  | 'hmi'
  | 'scada-server'
  | 'engineering-station'
  | 'historian'
  | 'domain-controller'
  | 'jump-host'
  | 'workstation'
  | 'server'
  | 'switch'
  | 'firewall'
  | 'external'

export type Host = {
  readonly name: string
  readonly ip: string
  readonly mac: string
  readonly vlan: number
  /** Purdue level; 3.5 is the zone between plant and office, 5 is beyond the firewall. */
  readonly level: number
  readonly kind: HostKind
  readonly what: string
  /** The initial time to live of its IP stack. */
  readonly ttl: number
  /** True for embedded stacks: few TCP options, small window. */
  readonly small: boolean
  readonly external: boolean
}

/** The network plan: what a site's owner would tell us of its levels. */
export const VLANS: readonly {
  readonly vlan: number
  readonly name: string
  readonly subnet: string
  readonly gateway: string
  readonly level: number
}[] = [
  { vlan: 10, name: 'control', subnet: '10.20.10.0/24', gateway: '10.20.10.1', level: 1 },
  { vlan: 20, name: 'supervision', subnet: '10.20.20.0/24', gateway: '10.20.20.1', level: 2 },
  { vlan: 30, name: 'operations', subnet: '10.20.30.0/24', gateway: '10.20.30.1', level: 3 },
  { vlan: 35, name: 'plant DMZ', subnet: '10.20.35.0/24', gateway: '10.20.35.1', level: 3.5 },
  { vlan: 40, name: 'office', subnet: '10.30.40.0/24', gateway: '10.30.40.1', level: 4 },
  { vlan: 41, name: 'office servers', subnet: '10.30.41.0/24', gateway: '10.30.41.1', level: 4 },
]
/** Between core switch and firewall. */
export const TRANSIT_VLAN = 99

const embedded = { ttl: 64, small: true, external: false }
const windows = { ttl: 128, small: false, external: false }
const linux = { ttl: 64, small: false, external: false }
const outside = { ttl: 64, small: false, external: true, level: 5, vlan: TRANSIT_VLAN, mac: '', kind: 'external' } as const

export const HOSTS = {
  plc1: {
    name: 'PLC-INTAKE',
    ip: '10.20.10.11',
    mac: '00:80:f4:1d:42:11',
    vlan: 10,
    level: 1,
    kind: 'plc',
    what: 'Schneider Modicon M340: raw water intake',
    ...embedded,
  },
  plc2: {
    name: 'PLC-DOSING',
    ip: '10.20.10.12',
    mac: '28:63:36:8a:07:12',
    vlan: 10,
    level: 1,
    kind: 'plc',
    what: 'Siemens S7-315-2 PN/DP: filters, chlorine dosing, clear well',
    ...embedded,
  },
  plc3: {
    name: 'PLC-DISTRIB',
    ip: '10.20.10.13',
    mac: '5c:88:16:c4:31:13',
    vlan: 10,
    level: 1,
    kind: 'plc',
    what: 'Rockwell CompactLogix 5370: high-service pumps, tower',
    ...embedded,
  },
  gw1: {
    name: 'GW-FIELD',
    ip: '10.20.10.20',
    mac: '00:90:e8:5b:20:20',
    vlan: 10,
    level: 1,
    kind: 'gateway',
    what: 'Moxa MGate MB3170: serial analysers and meters behind units 11 to 14',
    ...embedded,
  },
  sw1: {
    name: 'SW-CONTROL',
    ip: '10.20.10.2',
    mac: '00:80:63:77:10:02',
    vlan: 10,
    level: 1,
    kind: 'switch',
    what: 'Hirschmann RS20 cabinet switch',
    ...embedded,
  },
  hmi1: {
    name: 'HMI01',
    ip: '10.20.20.11',
    mac: '00:d0:c9:a1:20:11',
    vlan: 20,
    level: 2,
    kind: 'hmi',
    what: 'operator panel of the dosing hall',
    ...windows,
  },
  scada1: {
    name: 'SCADA01',
    ip: '10.20.20.20',
    mac: '18:66:da:3e:20:20',
    vlan: 20,
    level: 2,
    kind: 'scada-server',
    what: 'SCADA server, polls every controller',
    ...windows,
  },
  ews1: {
    name: 'EWS01',
    ip: '10.20.20.30',
    mac: '3c:d9:2b:6f:20:30',
    vlan: 20,
    level: 2,
    kind: 'engineering-station',
    what: 'engineering workstation',
    ...windows,
  },
  hist1: {
    name: 'HIST01',
    ip: '10.20.30.20',
    mac: '00:50:56:b2:30:20',
    vlan: 30,
    level: 3,
    kind: 'historian',
    what: 'historian (Linux)',
    ...linux,
  },
  otdc1: {
    name: 'OTDC01',
    ip: '10.20.30.10',
    mac: '00:50:56:b2:30:10',
    vlan: 30,
    level: 3,
    kind: 'domain-controller',
    what: 'plant domain controller, DNS',
    ...windows,
  },
  jump1: {
    name: 'JUMP01',
    ip: '10.20.35.10',
    mac: '00:50:56:b2:35:10',
    vlan: 35,
    level: 3.5,
    kind: 'jump-host',
    what: 'jump host between office and plant',
    ...windows,
  },
  wsManager: {
    name: 'WS-MGR-01',
    ip: '10.30.40.101',
    mac: 'd4:be:d9:11:40:01',
    vlan: 40,
    level: 4,
    kind: 'workstation',
    what: 'plant manager',
    ...windows,
  },
  wsLab: {
    name: 'WS-LAB-02',
    ip: '10.30.40.102',
    mac: 'd4:be:d9:11:40:02',
    vlan: 40,
    level: 4,
    kind: 'workstation',
    what: 'water quality laboratory',
    ...windows,
  },
  wsFinance: {
    name: 'WS-FIN-03',
    ip: '10.30.40.103',
    mac: 'd4:be:d9:11:40:03',
    vlan: 40,
    level: 4,
    kind: 'workstation',
    what: 'accounts: the phished workstation',
    ...windows,
  },
  wsEngineer: {
    name: 'WS-ENG-07',
    ip: '10.30.40.107',
    mac: 'd4:be:d9:11:40:07',
    vlan: 40,
    level: 4,
    kind: 'workstation',
    what: 'automation engineer',
    ...windows,
  },
  dc1: {
    name: 'DC01',
    ip: '10.30.41.10',
    mac: '00:50:56:b2:41:10',
    vlan: 41,
    level: 4,
    kind: 'domain-controller',
    what: 'office domain controller, DNS, DHCP',
    ...windows,
  },
  file1: {
    name: 'FILE01',
    ip: '10.30.41.20',
    mac: '00:50:56:b2:41:20',
    vlan: 41,
    level: 4,
    kind: 'server',
    what: 'file server',
    ...windows,
  },
  mail1: {
    name: 'MAIL01',
    ip: '10.30.41.30',
    mac: '00:50:56:b2:41:30',
    vlan: 41,
    level: 4,
    kind: 'server',
    what: 'mail server, webmail',
    ...linux,
  },
  web1: {
    name: 'WEB01',
    ip: '10.30.41.40',
    mac: '00:50:56:b2:41:40',
    vlan: 41,
    level: 4,
    kind: 'server',
    what: 'intranet (Linux)',
    ...linux,
  },
  resolver: { name: 'dns.backbone.example', ip: '203.0.113.53', what: "the provider's DNS resolver", ...outside },
  clock: { name: 'time.backbone.example', ip: '203.0.113.123', what: 'NTP server', ...outside },
  update: { name: 'update.deskware.example', ip: '203.0.113.20', what: 'software updates over plain HTTP', ...outside },
  news: { name: 'www.valley-news.example', ip: '203.0.113.45', what: 'a news site', ...outside },
  weather: { name: 'api.weather.example', ip: '203.0.113.61', what: 'a weather service', ...outside },
  suite: { name: 'suite.cloud-office.example', ip: '203.0.113.88', what: 'an office suite', ...outside },
  lure: { name: 'invoices.supplier-portal.example', ip: '198.51.100.23', what: 'the host of the phishing link', ...outside },
  command: { name: 'cdn-metrics.example', ip: '198.51.100.77', what: "the intruder's command server", ...outside },
} as const satisfies Record<string, Host>

export type HostId = keyof typeof HOSTS

/** The core switch routes between the VLANs; one MAC on every interface. */
export const CORE = { name: 'CORE01', mac: '00:1b:54:c0:de:01' }
export const FIREWALL = { name: 'FW01', mac: '00:09:0f:fe:99:01' }

/** An address of a subnet nobody holds: what a scan touches. */
export function nobody(ip: string, near: Host): Host {
  return { ...near, name: '', ip, mac: '00:00:00:00:00:00' }
}
