/** Observations for tests that start behind the sensor. */
import type { Observation } from '@isthmus/model'

/** A finished conversation with a Modbus server. */
export function session(site: string, id: string, at: number, client = '10.0.0.1'): Observation {
  return {
    kind: 'session.updated',
    site,
    sensor: 'tap',
    at,
    protocol: 'modbus',
    client: { ip: client, mac: undefined, port: 4000 },
    server: { ip: '10.0.0.2', mac: undefined, port: 502 },
    directionKnown: true,
    evidence: { capture: 'c', packets: [1, 2], bytes: [0, 60] },
    id,
    transport: 'tcp',
    vlan: undefined,
    startedAt: at,
    state: 'closed',
    connState: 'SF',
    history: 'ShADadFf',
    delta: {
      clientBytes: 10,
      serverBytes: 20,
      clientPackets: 1,
      serverPackets: 2,
      clientWireBytes: 70,
      serverWireBytes: 140,
      retransmissions: 0,
      gapBytes: 0,
    },
  }
}

/** A block of a program goes into a controller. */
export function download(site: string, at: number, client: string, server: string, hash: string): Observation {
  return {
    kind: 'program.downloaded',
    site,
    sensor: 'tap',
    at,
    protocol: 's7comm',
    client: { ip: client, mac: undefined, port: 4001 },
    server: { ip: server, mac: undefined, port: 102 },
    directionKnown: true,
    evidence: { capture: 'c', packets: [3, 4], bytes: [0, 60] },
    section: 'FC17',
    sectionType: 'function',
    bytes: 512,
    hash,
    user: undefined,
    ok: true,
  }
}
