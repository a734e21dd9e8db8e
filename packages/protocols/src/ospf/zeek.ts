/** ospf.log in the columns of Zeek's OSPF package: a row a hello, and a row for each thing an update tells. */
import type { SeenMessage } from '@isthmus/wire'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import type { Advertisement, Item } from './lsa.ts'
import { type Ospf, type OspfState, TYPES } from './ospf.ts'

const COLUMNS = [
  ['ip_src', 'addr'],
  ['ip_dst', 'addr'],
  ['ospf_type', 'string'],
  ['version', 'count'],
  ['router_id', 'addr'],
  ['area_id', 'addr'],
  ['interface_id', 'count'],
  ['netmask', 'addr'],
  ['desig_router', 'addr'],
  ['backup_router', 'addr'],
  ['neighbors', 'vector[addr]'],
  ['lsa_type', 'string'],
  ['link_state_id', 'addr'],
  ['advert_router', 'addr'],
  ['routers', 'vector[addr]'],
  ['link_id', 'addr'],
  ['link_data', 'addr'],
  ['link_type', 'string'],
  ['neighbor_router_id', 'addr'],
  ['metrics', 'vector[count]'],
  ['fwd_addrs', 'vector[addr]'],
  ['route_tags', 'vector[count]'],
  ['neighbor_interface_id', 'count'],
  ['prefix', 'subnet'],
  ['metric', 'count'],
  ['dest_router_id', 'addr'],
  ['link_prefixes', 'set[subnet]'],
  ['intra_prefixes', 'set[subnet]'],
] as const

export const logs: Readonly<Record<string, LogSpec>> = { ospf: { bare: true, columns: COLUMNS } }

type Cells = Partial<Record<(typeof COLUMNS)[number][0], Cell>>

const V2: Readonly<Record<number, string>> = { 1: 'Router', 2: 'Network', 3: 'Summary IP', 4: 'Summary ASBR', 5: 'External' }
const V3: Readonly<Record<number, string>> = {
  1: 'Router',
  2: 'Network',
  3: 'IA Prefix',
  4: 'IA Router',
  5: 'External',
  6: 'Grp Membership',
  7: 'Type 7',
  8: 'Link',
  9: 'IntraA Prefix',
}
const LINKS: Readonly<Record<number, string>> = { 1: 'Point to Point', 2: 'Transit', 3: 'Stub', 4: 'Virtual' }

export function zeek({ message: m, from, flow }: SeenMessage<Ospf, OspfState>, put: PutRow): void {
  const isClient = from === 'client'
  const base: Cells = {
    ip_src: isClient ? flow.clientIp : flow.serverIp,
    ip_dst: isClient ? flow.serverIp : flow.clientIp,
    ospf_type: TYPES[m.type],
    version: m.version,
    router_id: m.router,
    area_id: m.area,
  }
  const row = (cells: Cells): void => {
    const all: Cells = { ...base, ...cells }
    put(
      'ospf',
      COLUMNS.map(([name]) => all[name]),
    )
  }
  if (m.hello !== undefined && !m.anomalies.includes('truncated')) {
    const { mask, designated, backup, neighbours } = m.hello
    const own: Cells = m.version === 2 ? { netmask: mask } : { interface_id: m.hello.interface }
    row({ ...own, desig_router: designated, backup_router: backup, neighbors: neighbours })
  }
  // The package gathers these over a whole packet and shows what it has so far.
  const gathered: Gathered = { metrics: [], forwards: [], tags: [], links: new Set(), intra: new Set() }
  for (const a of m.advertisements) for (const item of a.items) row(cellsOf(a, item, m.version, gathered))
}

type Gathered = { metrics: number[]; forwards: string[]; tags: number[]; links: Set<string>; intra: Set<string> }

function cellsOf(a: Advertisement, item: Item, version: number, gathered: Gathered): Cells {
  const head: Cells = { lsa_type: (version === 2 ? V2 : V3)[a.type] ?? 'FIXME-Unknown', link_state_id: a.id, advert_router: a.router }
  switch (item.kind) {
    case 'link': {
      const link_type = LINKS[item.linkType ?? 0] ?? 'FIXME-Unknown'
      if (version === 2) return { ...head, link_type, link_id: item.id, link_data: item.data }
      const { interface: interface_id, neighbourInterface: neighbor_interface_id, neighbour: neighbor_router_id } = item
      return { ...head, link_type, interface_id, neighbor_interface_id, neighbor_router_id }
    }
    case 'network':
      return { ...head, netmask: item.mask, routers: item.routers }
    case 'summary':
      return { ...head, netmask: item.mask }
    case 'external':
      if (version === 3) return { ...head, metrics: item.metrics, prefix: item.prefix, fwd_addrs: item.forwards }
      gathered.metrics.push(...(item.metrics ?? []))
      gathered.forwards.push(...(item.forwards ?? []))
      gathered.tags.push(...(item.tags ?? []))
      return {
        ...head,
        netmask: item.mask,
        metrics: [...gathered.metrics],
        fwd_addrs: [...gathered.forwards],
        route_tags: [...gathered.tags],
      }
    case 'prefix':
      return { ...head, metric: item.metrics?.[0], prefix: item.prefix }
    case 'router':
      return { ...head, metrics: item.metrics, dest_router_id: item.id }
    case 'link-prefixes':
      for (const prefix of item.prefixes ?? []) gathered.links.add(prefix)
      return { ...head, link_prefixes: [...gathered.links] }
    case 'intra-prefixes':
      for (const prefix of item.prefixes ?? []) gathered.intra.add(prefix)
      return { ...head, intra_prefixes: [...gathered.intra] }
  }
}
