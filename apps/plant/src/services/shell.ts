/** SSH sessions: `ssh2` on both ends when they were recorded. */
import type { Host } from '../hosts.table.ts'
import type { Plant } from '../plant.ts'
import { type RecordingName, sshSession } from '../recordings/replay.ts'
import { lookupHost } from './dns.ts'

export function shellSession(plant: Plant, at: number, client: Host, server: Host, recording: RecordingName): number {
  const random = plant.random.fork(`ssh ${client.ip} ${server.ip} ${at}`)
  const start = lookupHost(plant, at, client, server) + 900
  const flow = plant.flow(client, server, 22)
  let now = flow.open(start)
  for (const turn of sshSession(recording, random)) now = flow.play(now + random.whole(500, 40_000), [turn])
  return flow.close(now + 200_000)
}
