/** Published defaults: how Suricata's words for weight become our levels. */
import type { Level } from '@isthmus/model'

/** `signature_severity` in a rule's metadata, where its author set one. */
export const SIGNATURE_SEVERITY: Readonly<Record<string, Level>> = {
  critical: 'critical',
  major: 'high',
  minor: 'low',
  informational: 'informational',
  audit: 'informational',
}

/** `alert.severity`, the priority of the rule's class: 1 is the strongest. Beyond the table: informational. */
export const PRIORITY: Readonly<Record<number, Level>> = { 1: 'high', 2: 'medium', 3: 'low' }

export const TRANSPORTS: Readonly<Record<string, 'tcp' | 'udp' | 'icmp'>> = { tcp: 'tcp', udp: 'udp', icmp: 'icmp', 'ipv6-icmp': 'icmp' }
