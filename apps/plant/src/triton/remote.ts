/** Remote sessions: SSH on any port with what it carries as ciphertext, and remote desktops. */
import type { Host } from '../hosts.table.ts'
import type { Random } from '../random.ts'
import { sshSession } from '../recordings/replay.ts'
import { desktopTalk } from '../services/desktop.ts'
import type { Network } from './network.ts'

/** hmac-sha2-256 behind every packet; the cipher's block. */
const TAG = 32
const BLOCK = 16

/** What passes inside: bytes up and down, and how often. */
export type Inside = { readonly up: number; readonly down: number; readonly times: number }

/** A login at a command line: short questions, longer answers. */
export const SHELL: Inside = { up: 48, down: 400, times: 12 }
/** Files in one direction, each block acknowledged (SFTP) or simply sent (SCP). */
export const FILES: Inside = { up: 1400, down: 48, times: 60 }
/** A desktop in the tunnel: its picture comes back. */
export const DESKTOP: Inside = { up: 96, down: 2400, times: 40 }
/** A tunnel that waits for the other side. */
export const TUNNEL: Inside = { up: 64, down: 64, times: 6 }

export function ssh(network: Network, at: number, client: Host, server: Host, port: number, inside: Inside): number {
  const random = network.random.fork(`ssh ${client.ip} ${server.ip} ${at}`)
  const flow = network.flow(client, server, port)
  let now = flow.open(at)
  for (const turn of sshSession('historian-shell', random)) now = flow.play(now + random.whole(500, 40_000), [turn])
  for (let i = 0; i < inside.times; i++) {
    now = flow.play(now + random.whole(20_000, 400_000), [
      { by: 'c', bytes: sealed(random, inside.up) },
      { by: 's', bytes: sealed(random, inside.down) },
    ])
  }
  return flow.close(now + 200_000)
}

/** One encrypted packet: its length, which stays readable, ciphertext, code (RFC 4253 §6). */
function sealed(random: Random, length: number): Buffer {
  const padded = Math.ceil(length / BLOCK) * BLOCK
  const head = Buffer.alloc(4)
  head.writeUInt32BE(padded)
  return Buffer.concat([head, random.bytes(padded + TAG)])
}

export function desktop(network: Network, at: number, client: Host, server: Host, user: string, seconds: number): number {
  const random = network.random.fork(`rdp ${client.ip} ${server.ip} ${at}`)
  return desktopTalk(network.flow(client, server, 3389), random, at, 'engineering-desktop', user, seconds)
}
