/** Who took part in something seen on the wire, as the wire names it: addresses, not yet an asset. */

/** Microseconds since 1970-01-01 UTC, as the capture states them. Event time: never the time of processing. */
export type Micros = number

/** One end of a conversation. `ip` is undefined for protocols that ride directly on Ethernet. */
export type Endpoint = {
  readonly ip: string | undefined
  /** Lower-case, colon-separated. The MAC of the frame: behind a router it is the router's. */
  readonly mac: string | undefined
  /** TCP or UDP port; undefined where the transport has none. */
  readonly port: number | undefined
}

/** Where the bytes of a claim are: which capture, which packets (from 1, as Wireshark counts), which bytes of the last one. */
export type Evidence = {
  readonly capture: string
  /** First and last packet that carried the message; equal when one packet did. */
  readonly packets: readonly [first: number, last: number]
  /** Byte range [from, to) within the frame of the last packet. */
  readonly bytes: readonly [from: number, to: number]
}

export const NO_ENDPOINT: Endpoint = { ip: undefined, mac: undefined, port: undefined }

/** How people write an endpoint: `10.1.2.3:502`, `[fe80::1]:80`, or the MAC where there is no address. */
export function showEndpoint(e: Endpoint): string {
  const host = e.ip ?? e.mac ?? 'unknown'
  if (e.port === undefined) return host
  return host.includes(':') && e.ip !== undefined ? `[${host}]:${e.port}` : `${host}:${e.port}`
}
