/**
 * An hour of a small plant, for tests: polling, discovery, leases, a router, dual-stack hosts, an address conflict, a
 * scan, an engineer, an intruder. Everything the tracker decides happens at least once.
 */
import type { Observation } from '@isthmus/model'
import { claimed, hinted, operation, other, read, START, session, tried, write } from './observations.ts'

const PLC = '02:00:00:00:01:01'
const HMI = '02:00:00:00:01:02'
const PC = '02:00:00:00:01:03'
const GATEWAY = '02:00:00:00:01:fe'
const ROGUE = '02:00:00:00:01:66'

export function story(): Observation[] {
  return [...discovery(), ...polling(), ...routed(), ...leases(), ...conflict(), ...scan(), ...engineering(), ...closing()]
}

function discovery(): Observation[] {
  return [
    hinted(`/${PLC}`, '/01:0e:cf:00:00:00', 'client', 'name', 'plc-west-1', { protocol: 'profinet-dcp', second: 1 }),
    hinted(`/${PLC}`, '/01:0e:cf:00:00:00', 'client', 'vendor', 'Siemens', { protocol: 'profinet-dcp', second: 1 }),
    claimed('10.1.0.10', PLC, { second: 2 }),
    claimed('10.1.0.20', HMI, { second: 3 }),
    other(
      'address.asked',
      `10.1.0.20/${HMI}`,
      '/ff:ff:ff:ff:ff:ff',
      { ip: '10.1.0.99', first: START, count: 1 },
      { protocol: 'arp', second: 4 },
    ),
    claimed('fe80::ff:fe00:102', HMI, { by: 'nd', second: 5 }),
    session(`fd00::20/${HMI}`, `fd00::30/${PC}`, { protocol: 'smb', second: 6, id: 'six' }),
    hinted(`fd00::30/${PC}`, `fd00::20/${HMI}`, 'client', 'name', 'ENG-04', { protocol: 'smb', second: 6 }),
    claimed('fd00::20', HMI, { by: 'nd', second: 7 }),
    session(`10.1.0.30:50000/${PC}`, `10.1.0.20:445/${HMI}`, { protocol: 'smb', second: 8, id: 'four' }),
    hinted('10.1.0.30', '10.1.0.20', 'client', 'name', 'eng-04', { protocol: 'smb', second: 8 }),
    hinted(`/${GATEWAY}`, '/01:80:c2:00:00:0e', 'client', 'type', 'switch', { protocol: 'lldp', confidence: 0.8, second: 9 }),
  ]
}

function polling(): Observation[] {
  const [client, server] = [`10.1.0.20:40000/${HMI}`, `10.1.0.10:502/${PLC}`]
  const out: Observation[] = []
  for (let i = 0; i < 8; i++) {
    const second = 20 + i * 45
    out.push(session(client, server, { id: 'poll', second, vlan: 7 }))
    out.push(operation(client, server, { second, count: 40, part: `unit ${1 + (i % 4)}` }))
    out.push(read(client, server, 'holding 1', i % 3 === 0 ? 10 : 10 + i, { second, part: `unit ${1 + (i % 4)}`, count: 40 }))
  }
  out.push(write(client, server, 'holding 2', Number.NaN, { second: 400, dataType: 'float' }))
  out.push(write(client, server, 'holding 3', 1, { second: 401, ok: false }))
  out.push(hinted(client, server, 'server', 'firmware', 'V2.1', { second: 402 }))
  out.push(hinted(client, server, 'server', 'firmware', 'V2.2', { second: 403 }))
  out.push(hinted(client, server, 'server', 'serial', 'S-77', { second: 404, part: 'slot 2' }))
  return out
}

function routed(): Observation[] {
  const out: Observation[] = []
  for (let i = 1; i <= 4; i++) {
    out.push(session(`10.2.0.${i}:50000/${GATEWAY}`, `10.1.0.10:502/${PLC}`, { second: 500 + i, id: `far${i}` }))
    out.push(read(`10.2.0.${i}/${GATEWAY}`, `10.1.0.10/${PLC}`, 'holding 1', 5, { second: 500 + i }))
  }
  out.push(claimed('10.1.0.1', GATEWAY, { second: 510 }))
  out.push(
    session(`8.8.8.8:53/${GATEWAY}`, `10.1.0.20:53000/${HMI}`, { protocol: 'dns', second: 511, id: 'public', directionKnown: false }),
  )
  out.push(
    other(
      'name.resolved',
      `10.1.0.20/${HMI}`,
      `8.8.8.8/${GATEWAY}`,
      {
        name: 'update.example',
        domain: 'update.example',
        type: 'A',
        answers: ['93.184.216.34', '10.1.0.40'],
        code: 'NOERROR',
        first: START,
        count: 1,
      },
      { protocol: 'dns', second: 512 },
    ),
  )
  out.push(session(`10.1.0.20:443/${HMI}`, `93.184.216.34:443/${GATEWAY}`, { protocol: 'tls', second: 513, id: 'update' }))
  return out
}

function leases(): Observation[] {
  return [
    hinted('0.0.0.0:68/02:00:00:00:01:0c', '255.255.255.255:67', 'client', 'name', 'laptop-9', { protocol: 'dhcp', second: 600 }),
    claimed('10.1.0.50', '02:00:00:00:01:0c', { by: 'dhcp', second: 601 }),
    claimed('10.1.0.50', '02:00:00:00:01:0d', { by: 'dhcp', second: 602 }),
    session('10.1.0.50:1/02:00:00:00:01:0d', `10.1.0.10:80/${PLC}`, { protocol: 'http', second: 603, id: 'web' }),
    // An interface of which the only address so far has not been claimed.
    session('10.1.0.60:1/02:00:00:00:01:0e', `10.1.0.10:80/${PLC}`, { protocol: 'http', second: 604, id: 'weak1' }),
    session('10.1.0.61:1/02:00:00:00:01:0e', `10.1.0.10:80/${PLC}`, { protocol: 'http', second: 605, id: 'weak2' }),
  ]
}

function conflict(): Observation[] {
  return [
    claimed('10.1.0.10', ROGUE, { second: 610, gratuitous: true }),
    claimed('10.1.0.10', ROGUE, { second: 660 }),
    claimed('10.1.0.10', PLC, { second: 661 }),
    claimed('10.1.0.20', ROGUE, { second: 2000 }),
  ]
}

function scan(): Observation[] {
  const out: Observation[] = [
    session('10.1.0.255:1', `10.1.0.10:502/${PLC}`, { second: 2090, id: 'odd', serverPackets: 0 }),
    session('10.1.0.20:138', '10.1.0.255:138/ff:ff:ff:ff:ff:ff', { second: 2091, protocol: 'nbns', serverPackets: 0, id: 'everybody' }),
    session('10.1.0.255:1', `10.1.0.10:502/${PLC}`, { second: 2092, id: 'forged', serverPackets: 0 }),
    session('10.1.1.20:138', '10.1.1.255:138/ff:ff:ff:ff:ff:ff', { second: 2093, protocol: 'nbns', serverPackets: 0, id: 'all' }),
    session('10.1.1.255:1', `10.1.0.10:502/${PLC}`, { second: 2094, id: 'larger' }),
  ]
  for (let i = 0; i < 12; i++) out.push(tried('10.3.0.66:60000', `10.1.0.${200 + i}:502`, { second: 2100 + i }))
  out.push(operation('10.3.0.66', '10.1.0.10', { access: 'identify', operation: 'identify', second: 2120 }))
  out.push(hinted('10.3.0.66', '10.1.0.40', 'server', 'software', 'nginx', { confidence: 0.5, second: 2121 }))
  return out
}

function engineering(): Observation[] {
  const download = { section: 'OB1', sectionType: 'block', bytes: 900, hash: undefined, user: undefined, ok: true }
  const [engineer, plc, intruder] = [`10.1.0.30:6000/${PC}`, `10.1.0.10:102/${PLC}`, `10.2.0.1:6000/${GATEWAY}`]
  return [
    other('program.uploaded', engineer, plc, download, { protocol: 's7comm', second: 2200 }),
    session(intruder, `10.2.0.9:88/${GATEWAY}`, { protocol: 'kerberos', second: 2201, id: 'krb' }),
    other('program.downloaded', intruder, plc, download, { protocol: 's7comm', second: 2202 }),
    other('mode.changed', intruder, plc, { mode: 'stop', by: 'command', detail: '', ok: true }, { protocol: 's7comm', second: 2203 }),
    other('firmware.updated', engineer, plc, { version: 'V3.0', bytes: 1, ok: true }, { protocol: 's7comm', second: 2204 }),
    session('10.1.0.20:1', `10.1.0.40:443/${GATEWAY}`, { protocol: 'tls', second: 2205, id: 'named' }),
  ]
}

function closing(): Observation[] {
  const out: Observation[] = []
  for (const id of ['poll', 'four', 'web', 'far1']) {
    out.push(session(`10.1.0.20:40000/${HMI}`, `10.1.0.10:502/${PLC}`, { id, second: 3600, state: 'closed', connState: 'SF' }))
  }
  out.push(
    other('coverage.reported', '', '', { packets: 9, bytes: 9, messages: 9, anomalies: 0, undecoded: 1, dropped: 0 }, { second: 3601 }),
  )
  return out
}
