/** Observations for tests, by hand: what matters is given, the rest is plausible. */
import type {
  AddressClaimed,
  AssetHinted,
  Endpoint,
  Evidence,
  Micros,
  Observation,
  ObservationKind,
  OperationDone,
  ProcessRead,
  ProcessWrite,
  SessionUpdated,
} from '@isthmus/model'

export const SITE = 'north'
export const START: Micros = 1_700_000_000_000_000
const SECOND: Micros = 1_000_000

export function evidence(packet: number): Evidence {
  return { capture: 'test.pcap', packets: [packet, packet], bytes: [14, 60] }
}

/** `10.0.0.1`, `10.0.0.1:502`, `10.0.0.1:502/00:11:..` or `/00:11:..`: address, port, MAC of the frame. */
export function end(text: string): Endpoint {
  const [address, mac] = text.split('/') as [string, string | undefined]
  if (address === '') return { ip: undefined, mac, port: undefined }
  const isSix = address.split(':').length > 2
  const [host, port] = isSix ? [address, undefined] : (address.split(':') as [string, string | undefined])
  return { ip: host, mac, port: port === undefined ? undefined : Number(port) }
}

type Base = { second?: number; protocol?: string; directionKnown?: boolean }

function seen(client: string, server: string, { second = 0, protocol = 'modbus', directionKnown = true }: Base) {
  const at = START + second * SECOND
  return {
    site: SITE,
    sensor: 'one',
    at,
    client: end(client),
    server: end(server),
    directionKnown,
    protocol,
    evidence: evidence(second + 1),
  }
}

export function session(
  client: string,
  server: string,
  given: Base & Partial<SessionUpdated> & Partial<SessionUpdated['delta']> = {},
): SessionUpdated {
  const base = seen(client, server, given)
  return {
    kind: 'session.updated',
    ...base,
    id: given.id ?? `${client}>${server}`,
    transport: given.transport ?? 'tcp',
    vlan: given.vlan,
    startedAt: given.startedAt ?? base.at,
    state: given.state ?? 'open',
    connState: given.connState ?? 'S1',
    history: given.history ?? 'ShADd',
    delta: {
      clientBytes: given.clientBytes ?? 12,
      serverBytes: given.serverBytes ?? 11,
      clientPackets: given.clientPackets ?? 3,
      serverPackets: given.serverPackets ?? 2,
      clientWireBytes: given.clientWireBytes ?? 180,
      serverWireBytes: given.serverWireBytes ?? 131,
      retransmissions: given.retransmissions ?? 0,
      gapBytes: given.gapBytes ?? 0,
    },
  }
}

/** Somebody asked, nobody answered. */
export function tried(client: string, server: string, given: Base = {}): SessionUpdated {
  return session(client, server, {
    protocol: '',
    ...given,
    state: 'tried',
    connState: 'S0',
    serverPackets: 0,
    serverBytes: 0,
    serverWireBytes: 0,
  })
}

export function claimed(ip: string, mac: string, given: Base & Partial<AddressClaimed> = {}): AddressClaimed {
  const by = given.by ?? 'arp'
  const base = seen(`/${mac}`, '/ff:ff:ff:ff:ff:ff', { protocol: by, ...given })
  return { kind: 'address.claimed', ...base, first: base.at, count: 1, ip, mac, by, gratuitous: given.gratuitous ?? false }
}

export function hinted(
  client: string,
  server: string,
  about: 'client' | 'server',
  attribute: AssetHinted['attribute'],
  value: string,
  given: Base & { confidence?: number; part?: string } = {},
): AssetHinted {
  return {
    kind: 'asset.hinted',
    ...seen(client, server, given),
    about,
    part: given.part,
    attribute,
    value,
    confidence: given.confidence ?? 1,
  }
}

export function operation(client: string, server: string, given: Base & Partial<OperationDone> = {}): OperationDone {
  const base = seen(client, server, given)
  return {
    kind: 'operation.done',
    ...base,
    first: given.first ?? base.at,
    count: given.count ?? 1,
    operation: given.operation ?? 'read holding registers',
    object: given.object ?? 'holding 0..9',
    access: given.access ?? 'read',
    ok: 'ok' in given ? given.ok : true,
    error: given.error ?? '',
    part: given.part,
  }
}

export function read(
  client: string,
  server: string,
  tag: string,
  value: ProcessRead['value'],
  given: Base & Partial<ProcessRead> = {},
): ProcessRead {
  const base = seen(client, server, given)
  return {
    kind: 'process.read',
    ...base,
    first: base.at,
    count: given.count ?? 1,
    tag,
    part: given.part,
    value,
    dataType: given.dataType ?? 'uint16',
    quality: given.quality,
    unit: given.unit,
  }
}

export function write(
  client: string,
  server: string,
  tag: string,
  value: ProcessWrite['value'],
  given: Base & Partial<ProcessWrite> = {},
): ProcessWrite {
  const { kind: _, ...base } = read(client, server, tag, value, { ...given, count: given.count ?? 1 } as Base)
  return { kind: 'process.write', ...base, ok: 'ok' in given ? given.ok : true, previous: given.previous }
}

/** Any other kind: its own fields are given whole. */
export function other<K extends ObservationKind>(
  kind: K,
  client: string,
  server: string,
  fields: Omit<
    Extract<Observation, { kind: K }>,
    'kind' | 'site' | 'sensor' | 'at' | 'client' | 'server' | 'directionKnown' | 'protocol' | 'evidence'
  >,
  given: Base = {},
): Extract<Observation, { kind: K }> {
  return { kind, ...seen(client, server, given), ...fields } as unknown as Extract<Observation, { kind: K }>
}
