/** tunnel.log: one row where a tunnel is found and one where it ends, whatever carries it. */
import type { Flow } from '@isthmus/wire'
import type { Cell, LogSpec } from './protocol.ts'

export const TUNNEL_LOG: LogSpec = {
  bare: true,
  columns: [
    ['uid', 'string'],
    ['id.orig_h', 'addr'],
    ['id.orig_p', 'port'],
    ['id.resp_h', 'addr'],
    ['id.resp_p', 'port'],
    ['tunnel_type', 'enum'],
    ['action', 'enum'],
  ],
}

/** Zeek's words for what wire calls tunnels, and for proxies. */
const TYPES: Readonly<Record<string, string>> = {
  ip: 'IP',
  gre: 'GRE',
  vxlan: 'VXLAN',
  geneve: 'GENEVE',
  gtpv1: 'GTPv1',
  teredo: 'TEREDO',
  l2tp: 'L2TP',
  socks: 'SOCKS',
  http: 'HTTP',
}

type End = Pick<Flow, 'uid' | 'clientIp' | 'clientPort' | 'serverIp' | 'serverPort'>

export function tunnelCells(kind: string, end: End, action: 'DISCOVER' | 'CLOSE' | 'EXPIRE'): Cell[] {
  const { uid, clientIp, clientPort = 0, serverIp, serverPort = 0 } = end
  return [uid, clientIp, clientPort, serverIp, serverPort, `Tunnel::${TYPES[kind] ?? kind}`, `Tunnel::${action}`]
}

/** A proxy is a tunnel for whoever asks: the row names no connection and no port of the client's. */
export function proxyCells(kind: string, { clientIp, serverIp, serverPort }: Flow): Cell[] {
  return [undefined, clientIp, 0, serverIp, serverPort ?? 0, `Tunnel::${TYPES[kind] ?? kind}`, 'Tunnel::DISCOVER']
}
