/** Addresses from borrowed bytes, as text; empty when the bytes are too few. */
import { ipv6Text, macText } from '@isthmus/wire'

export function showMac(bytes: Uint8Array): string {
  return bytes.length < 6 ? '' : macText(bytes, 0)
}

export function showIpv4(bytes: Uint8Array): string {
  return bytes.length < 4 ? '' : `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
}

export function showIpv6(bytes: Uint8Array): string {
  return bytes.length < 16 ? '' : ipv6Text(bytes, 0)
}
