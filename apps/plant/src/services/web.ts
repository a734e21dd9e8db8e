/** Plain web requests: Node's own client and server, through a tap. */
import { request } from 'node:http'
import type { Host } from '../hosts.table.ts'
import { LOOPBACK } from '../network/tap.ts'
import type { Pace } from '../network/tcp.ts'
import type { Plant } from '../plant.ts'
import { Link } from '../stacks/link.ts'
import { dnsName, lookupHost } from './dns.ts'

export type Fetch = {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly agent: string
  readonly body?: Uint8Array
  readonly sends?: string
  readonly answer: Uint8Array
  readonly type: string
  readonly server?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly pace?: Pace
  readonly port?: number
  /** False when the client already holds the address. */
  readonly asks?: boolean
}

/** A lookup, a connection, one request, one answer. */
export async function fetchPage(plant: Plant, at: number, client: Host, server: Host, page: Fetch): Promise<number> {
  const port = page.port ?? 80
  const name = dnsName(server)
  const start = page.asks === false ? at : lookupHost(plant, at, client, server) + 700
  const link = await Link.open(plant.webPort, plant.flow(client, server, port, page.pace))
  plant.respond = (incoming, response) => {
    // Answered when the request is whole: otherwise the two directions would race.
    incoming
      .on('data', () => {})
      .on('end', () => {
        response.writeHead(200, {
          Date: new Date(start / 1000).toUTCString(),
          Server: page.server ?? 'nginx/1.24.0',
          'Content-Type': page.type,
          'Content-Length': page.answer.length,
          ...page.headers,
        })
        response.end(page.answer)
      })
  }
  await new Promise<void>((done, failed) => {
    const outgoing = request(
      {
        host: LOOPBACK,
        port: link.port,
        method: page.method ?? 'GET',
        path: page.path,
        agent: false,
        headers: {
          Host: port === 80 ? name : `${name}:${port}`,
          'User-Agent': page.agent,
          Accept: '*/*',
          ...(page.body ? { 'Content-Type': page.sends ?? 'application/octet-stream', 'Content-Length': page.body.length } : {}),
        },
      },
      (response) => response.on('data', () => {}).on('close', done),
    )
    outgoing.on('error', failed)
    outgoing.end(page.body)
  })
  return await link.closed(link.opened(start) + 900, 's')
}

export const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36'
