/** File shares in use: who signs in where, opens what. The talk itself is smb.ts. */
import type { Host } from '../hosts.table.ts'
import type { Plant } from '../plant.ts'
import { lookupHost, OFFICE_DOMAIN } from './dns.ts'
import { SmbTalk } from './smb.ts'

const SMB = 445
export const DOMAIN = 'NORTHMERE'

/** One connection to a share's server: a lookup, then whatever `say` has the client do. */
export function shareSession(plant: Plant, at: number, client: Host, server: Host, say: (talk: SmbTalk) => SmbTalk): number {
  const random = plant.random.fork(`smb ${client.ip} ${server.ip} ${at}`)
  const start = lookupHost(plant, at, client, server) + 700
  const flow = plant.flow(client, server, SMB)
  const talk = say(new SmbTalk(random, { name: server.name, domain: DOMAIN, dns: OFFICE_DOMAIN }, start))
  return flow.close(flow.play(flow.open(start), talk.turns) + 2_000)
}
