/** EVE lines and conversations in a line each, for the tests of this package. */
import type { SessionUpdated } from '@isthmus/model'

export const SECOND = 1e6
/** 2023-11-14T22:13:20Z */
export const START = 1_700_000_000_000_000

export function eve(changes: Record<string, unknown> = {}, alert: Record<string, unknown> = {}): string {
  return JSON.stringify({
    timestamp: '2023-11-14T22:13:25.000000+0000',
    event_type: 'alert',
    src_ip: '10.9.0.12',
    src_port: 50_000,
    dest_ip: '10.9.0.3',
    dest_port: 445,
    proto: 'TCP',
    app_proto: 'smb',
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: 2001,
      rev: 3,
      signature: 'Exploit attempt',
      category: 'Attempted Administrator Privilege Gain',
      severity: 1,
      metadata: { mitre_technique_id: ['T1210'], signature_severity: ['Major'] },
      ...alert,
    },
    ...changes,
  })
}

/** `from` and `to` in seconds after `START`. */
export function session(from: number, to: number, changes: Partial<SessionUpdated> = {}): SessionUpdated {
  return {
    kind: 'session.updated',
    site: 's',
    sensor: 'one',
    at: START + to * SECOND,
    client: { ip: '10.9.0.12', mac: '02:00:00:00:00:01', port: 50_000 },
    server: { ip: '10.9.0.3', mac: '02:00:00:00:00:02', port: 445 },
    directionKnown: true,
    protocol: 'smb',
    evidence: { capture: 'plant.pcap', packets: [7, 7], bytes: [0, 60] },
    id: 'ses-1',
    transport: 'tcp',
    vlan: undefined,
    startedAt: START + from * SECOND,
    state: 'open',
    connState: 'S1',
    history: 'ShAd',
    delta: {
      clientBytes: 1,
      serverBytes: 1,
      clientPackets: 1,
      serverPackets: 1,
      clientWireBytes: 60,
      serverWireBytes: 60,
      retransmissions: 0,
      gapBytes: 0,
    },
    ...changes,
  }
}
