/** Remote desktop sessions ([MS-RDPBCGR] §2.2.1.1): the connection request names the user, the rest is inside TLS. */

import { tpkt } from '../controllers/tpkt.ts'
import type { Host } from '../hosts.table.ts'
import type { TcpFlow } from '../network/tcp.ts'
import type { Plant } from '../plant.ts'
import type { Random } from '../random.ts'
import { applicationData, closeAlert, type RecordingName, tlsHandshake } from '../recordings/replay.ts'
import { lookupHost } from './dns.ts'

const RDP = 3389
/** TLS and CredSSP offered; CredSSP chosen. */
const OFFERED = 3
const CHOSEN = 2

/** A session of `seconds`; returns when it is over. Nothing on a wire shows whether somebody sits in front of it. */
export function desktopSession(
  plant: Plant,
  at: number,
  client: Host,
  server: Host,
  recording: RecordingName,
  user: string,
  seconds: number,
): number {
  const random = plant.random.fork(`rdp ${client.ip} ${server.ip} ${at}`)
  const start = lookupHost(plant, at, client, server) + 900
  return desktopTalk(plant.flow(client, server, RDP), random, start, recording, user, seconds)
}

/** The session itself, over a connection of its own from `start`. */
export function desktopTalk(flow: TcpFlow, random: Random, start: number, recording: RecordingName, user: string, seconds: number): number {
  let now = flow.play(flow.open(start), [
    { by: 'c', bytes: connectionRequest(user) },
    { by: 's', bytes: tpkt(Buffer.of(14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0x1f, 8, 0, CHOSEN, 0, 0, 0)) },
    ...tlsHandshake(recording, random),
  ])
  // CredSSP: negotiate, challenge, proof; then the desktop's own set-up, licence and capabilities.
  for (const [asked, answered] of [
    [110, 330],
    [640, 120],
    [420, 180],
    [36, 360],
    [450, 2600],
  ] as const) {
    now = flow.play(now + random.whole(2_000, 60_000), [
      { by: 'c', bytes: applicationData(random, asked) },
      { by: 's', bytes: applicationData(random, answered) },
    ])
  }
  const end = start + seconds * 1_000_000
  while (now < end) {
    now = flow.play(now + random.whole(2_500_000, 9_000_000), [
      { by: 'c', bytes: applicationData(random, random.whole(30, 190)) },
      { by: 's', bytes: applicationData(random, random.whole(180, 2600)) },
    ])
  }
  return flow.close(flow.play(now + 500_000, [{ by: 'c', bytes: closeAlert(random) }]) + 300)
}

/** X.224 connection request with the routing cookie and the negotiation request. */
function connectionRequest(user: string): Buffer {
  const cookie = Buffer.from(`Cookie: mstshash=${user}\r\n`, 'latin1')
  const negotiation = Buffer.of(1, 0, 8, 0, OFFERED, 0, 0, 0)
  return tpkt(Buffer.concat([Buffer.of(6 + cookie.length + negotiation.length, 0xe0, 0, 0, 0, 0, 0), cookie, negotiation]))
}
