/**
 * Who takes part in the re-enactment. Addresses of the first six are those the published criteria name; the others stand for
 * what such a plant has besides.
 */
import type { Host } from '../hosts.table.ts'

const plc = { ttl: 64, small: true, external: false, vlan: 100, level: 1, kind: 'plc' } as const
const windows = { ttl: 128, small: false, external: false, vlan: 100, level: 2 } as const

export const TRITON_HOSTS = {
  adversary: {
    name: 'ADVERSARY',
    ip: '10.0.100.1',
    mac: '00:0c:29:64:00:01',
    kind: 'workstation',
    what: 'the machine the intruder works from',
    ...windows,
  },
  safetyPlc: { name: 'PLC-SAFETY', ip: '10.0.100.105', mac: '00:00:bc:64:01:05', what: 'GuardLogix 5570: burner management', ...plc },
  controlPlc: { name: 'PLC-CONTROL', ip: '10.0.100.110', mac: '00:00:bc:64:01:10', what: 'ControlLogix 5570: combustion control', ...plc },
  safetyStation: {
    name: 'EWS-SAFETY',
    ip: '10.0.100.15',
    mac: '3c:d9:2b:64:00:15',
    kind: 'engineering-station',
    what: 'engineering workstation of the safety controller',
    ...windows,
  },
  safetyPanel: {
    name: 'HMI-SAFETY',
    ip: '10.0.100.16',
    mac: '00:d0:c9:64:00:16',
    kind: 'hmi',
    what: 'operator panel of the burner management',
    ...windows,
  },
  controlStation: {
    name: 'EWS-CONTROL',
    ip: '10.0.100.20',
    mac: '3c:d9:2b:64:00:20',
    kind: 'engineering-station',
    what: 'engineering workstation of the control system',
    ...windows,
  },
  controlPanel: {
    name: 'HMI-CONTROL',
    ip: '10.0.100.21',
    mac: '00:d0:c9:64:00:21',
    kind: 'hmi',
    what: 'operator panel of the boiler',
    ...windows,
  },
  assets: {
    name: 'ASSETS01',
    ip: '10.0.100.30',
    mac: '00:50:56:64:00:30',
    kind: 'server',
    what: 'asset management: inventory and backups of the controllers',
    ...windows,
  },
  historian: { name: 'HIST01', ip: '10.0.100.31', mac: '00:50:56:64:00:31', kind: 'historian', what: 'historian', ...windows },
  administrator: {
    name: 'ADM01',
    ip: '10.0.100.40',
    mac: '00:50:56:64:00:40',
    kind: 'workstation',
    what: 'workstation of the administrator',
    ...windows,
  },
} as const satisfies Record<string, Host>
