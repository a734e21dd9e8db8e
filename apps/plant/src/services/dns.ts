/** Name lookups: `dns-packet` writes the messages; the plant's domain controllers ask the provider for what they do not know. */
import { createRequire } from 'node:module'
import { HOSTS, type Host } from '../hosts.table.ts'
import { putUdp } from '../network/ipv4.ts'
import type { Plant } from '../plant.ts'

type Answer = { readonly type: string; readonly name: string; readonly ttl: number; readonly data: string }
type Question = { readonly type: string; readonly name: string }
type Message = {
  type: 'query' | 'response'
  id: number
  flags: number
  questions: Question[]
  answers?: Answer[]
}
const { encode } = createRequire(import.meta.url)('dns-packet') as { encode(message: Message): Buffer }

const DNS = 53
const RECURSION_DESIRED = 0x0100
const RECURSION_AVAILABLE = 0x0080
const NXDOMAIN = 3

/** Office and plant ask the domain controller of their own side. */
export function resolverOf(host: Host): Host {
  return host.level >= 3.5 ? HOSTS.dc1 : HOSTS.otdc1
}

export type Lookup = {
  readonly name: string
  readonly type?: string
  readonly answer?: string /** True when the domain controller must ask the provider. */
  readonly outside?: boolean
}

/** One lookup by `client`; returns when it has its answer. No `answer` means the name does not exist. */
export function lookup(plant: Plant, at: number, client: Host, { name, type = 'A', answer, outside = false }: Lookup): number {
  const server = resolverOf(client)
  const random = plant.random.fork(`dns ${client.ip} ${name} ${at}`)
  const port = plant.port(client)
  const id = random.u32() & 0xffff
  const questions = [{ type, name }]
  const answers = answer === undefined ? [] : [{ type, name, ttl: 300, data: answer }]
  const flags = RECURSION_DESIRED | RECURSION_AVAILABLE | (answer === undefined ? NXDOMAIN : 0)
  putUdp(plant.wire, at, client, port, server, DNS, encode({ type: 'query', id, flags: RECURSION_DESIRED, questions }))
  let now = at + random.whole(300, 900)
  if (outside) {
    const upstream = random.u32() & 0xffff
    const upstreamPort = plant.port(server)
    putUdp(
      plant.wire,
      now,
      server,
      upstreamPort,
      HOSTS.resolver,
      DNS,
      encode({ type: 'query', id: upstream, flags: RECURSION_DESIRED, questions }),
    )
    now += random.whole(14_000, 31_000)
    putUdp(
      plant.wire,
      now,
      HOSTS.resolver,
      DNS,
      server,
      upstreamPort,
      encode({ type: 'response', id: upstream, flags, questions, answers }),
    )
    now += random.whole(200, 600)
  }
  putUdp(plant.wire, now, server, DNS, client, port, encode({ type: 'response', id, flags, questions, answers }))
  return now
}

/** The address of a host of ours by its name in DNS. */
export function lookupHost(plant: Plant, at: number, client: Host, host: Host): number {
  return lookup(plant, at, client, { name: dnsName(host), answer: host.ip, outside: host.external })
}

export const OFFICE_DOMAIN = 'northmere.example'
export const PLANT_DOMAIN = 'ot.northmere.example'

export function dnsName(host: Host): string {
  if (host.external) return host.name
  return `${host.name.toLowerCase()}.${host.level >= 3.5 ? OFFICE_DOMAIN : PLANT_DOMAIN}`
}
