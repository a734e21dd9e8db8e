/** Whether either end of a conversation is at a port of the protocol's own: elsewhere more of the content must agree. */
import type { Flow } from '@isthmus/wire'

type Ports = Pick<Flow, 'serverPort' | 'clientPort'>

export function isAtPort({ serverPort, clientPort }: Ports, port: number): boolean {
  return serverPort === port || clientPort === port
}

export function isAtOneOf({ serverPort, clientPort }: Ports, ports: readonly number[]): boolean {
  return ports.includes(serverPort ?? 0) || ports.includes(clientPort ?? 0)
}
