/** Addresses as text, in the one form the decoder writes. */

export function ipv4Text(word: number): string {
  return `${(word >>> 24) & 255}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
}

/** RFC 5952: lower case, the longest run of zero groups (two or more) becomes `::`. */
export function ipv6Text(b: Uint8Array, at: number): string {
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push(((b[at + i] ?? 0) << 8) | (b[at + i + 1] ?? 0))
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && groups[i + n] === 0) n++
    if (n > bestLength) {
      best = i
      bestLength = n
    }
  }
  const isMapped = groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff
  if (isMapped) return `::ffff:${ipv4Text((groups[6]! << 16) | groups[7]!)}`
  const hex = (part: number[]): string => part.map((g) => g.toString(16)).join(':')
  return best < 0 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`
}

/** The text of what `addressBytes` read: two spellings of one address become one. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 16) return ipv6Text(bytes, 0)
  return ipv4Text((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!)
}
