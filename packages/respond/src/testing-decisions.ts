/** Decisions and acts in a line each, for the tests of this package. */
import type { AuthorisedChange, Observation, Suppression, SuppressionScope } from '@isthmus/model'
import type { Ends } from './host.ts'
import { HOUR, host, MINUTE, START } from './testing.ts'

export function suppression(scope: SuppressionScope, more: Partial<Suppression> = {}): Suppression {
  return { id: 'sup-1', site: 's', scope, reason: 'known', by: 'ann', from: START, until: START + 24 * HOUR, ...more }
}

export function order(more: Partial<AuthorisedChange> = {}): AuthorisedChange {
  return {
    id: 'chg-1',
    site: 's',
    kind: 'work-order',
    reference: 'WO-17',
    title: 'New dosing logic',
    assets: ['10.1.2.20'],
    users: [],
    hosts: ['10.1.1.9'],
    activities: ['program-download'],
    from: START,
    until: START + 2 * HOUR,
    expectedHashes: [],
    ...more,
  }
}

export const HASH_A = 'a'.repeat(64)
export const HASH_B = 'b'.repeat(64)

export type Acted = { readonly observation: Observation; readonly ends: Ends }

/** What was seen from one host to another, `minutes` after the start. */
export function acted(kind: Observation['kind'], from: string, to: string, minutes: number, more: object = {}): Acted {
  const [client, server] = [host(from), host(to)]
  const observation = {
    kind,
    site: 's',
    sensor: 'tap',
    at: START + minutes * MINUTE,
    client: { ip: client.ips[0], mac: undefined, port: 40_000 },
    server: { ip: server.ips[0], mac: undefined, port: 102 },
    directionKnown: true,
    protocol: 'p',
    evidence: { capture: 'c', packets: [minutes + 1, minutes + 1], bytes: [0, 60] },
    ...more,
  } as unknown as Observation
  return { observation, ends: { client, server } }
}

export function download(from: string, to: string, minutes: number, hash?: string, user?: string): Acted {
  return acted('program.downloaded', from, to, minutes, { section: 'OB1', sectionType: 'block', bytes: 900, hash, user, ok: true })
}
