/** Encrypted web sessions: a recorded handshake, then requests and answers of the given sizes. */
import type { Host } from '../hosts.table.ts'
import type { Turn } from '../network/tcp.ts'
import type { Plant } from '../plant.ts'
import { applicationData, closeAlert, type RecordingName, tlsHandshake } from '../recordings/replay.ts'
import { lookupHost } from './dns.ts'

/** A lookup, a session of `pages` requests; returns when it is over. */
export function browse(plant: Plant, at: number, client: Host, server: Host, recording: RecordingName, pages: number): number {
  const random = plant.random.fork(`tls ${client.ip} ${server.ip} ${at}`)
  const start = lookupHost(plant, at, client, server) + 800
  const flow = plant.flow(client, server, 443)
  let now = flow.play(flow.open(start), tlsHandshake(recording, random))
  for (let page = 0; page < pages; page++) {
    const turns: Turn[] = [
      { by: 'c', bytes: applicationData(random, random.whole(380, 900)) },
      { by: 's', bytes: applicationData(random, random.whole(1200, 21_000)) },
    ]
    now = flow.play(now + random.whole(80_000, 1_400_000), turns)
  }
  return flow.close(flow.play(now + 1_200_000, [{ by: 'c', bytes: closeAlert(random) }]) + 300)
}
