/** Addresses as people write them. */

export { ipv4Text, ipv6Text } from '@isthmus/model'

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

export function macText(b: Uint8Array, at: number): string {
  return `${HEX[b[at] ?? 0]}:${HEX[b[at + 1] ?? 0]}:${HEX[b[at + 2] ?? 0]}:${HEX[b[at + 3] ?? 0]}:${HEX[b[at + 4] ?? 0]}:${HEX[b[at + 5] ?? 0]}`
}
