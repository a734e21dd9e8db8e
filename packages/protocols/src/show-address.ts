/** Addresses as people and logs write them, from their bytes; empty when the bytes are too few. */

export function showMac(bytes: Uint8Array): string {
  if (bytes.length < 6) return ''
  let text = ''
  for (let i = 0; i < 6; i++) text += (i === 0 ? '' : ':') + bytes[i]!.toString(16).padStart(2, '0')
  return text
}

export function showIpv4(bytes: Uint8Array): string {
  return bytes.length < 4 ? '' : `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
}

/** RFC 5952: lower case, the longest run of zero groups (the first of equals) as `::`. */
export function showIpv6(bytes: Uint8Array): string {
  if (bytes.length < 16) return ''
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!)
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) return `::ffff:${showIpv4(bytes.subarray(12))}`
  let best = -1
  let bestLength = 1
  for (let i = 0; i < 8; ) {
    let j = i
    while (j < 8 && groups[j] === 0) j++
    if (j - i > bestLength) {
      best = i
      bestLength = j - i
    }
    i = j + 1
  }
  const hex = (part: number[]) => part.map((g) => g.toString(16)).join(':')
  return best < 0 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + bestLength))}`
}
