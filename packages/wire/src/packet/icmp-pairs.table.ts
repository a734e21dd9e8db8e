/**
 * Which ICMP types ask and answer each other: what makes an echo and its reply one flow. Types that stand alone are
 * told apart by their code. RFC 792, RFC 950, RFC 1256; ICMPv6: RFC 4443, RFC 4861, RFC 2710, RFC 4620, RFC 6275.
 */
const V4: Readonly<Record<number, number>> = { 0: 8, 8: 0, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 9: 10, 10: 9 }
const V6: Readonly<Record<number, number>> = {
  128: 129,
  129: 128,
  130: 131,
  131: 130,
  133: 134,
  134: 133,
  135: 136,
  136: 135,
  139: 140,
  140: 139,
  144: 145,
  145: 144,
}

/** The type that answers `type`; undefined where nothing does. */
export function icmpCounterpart(version: number, type: number): number | undefined {
  return (version === 4 ? V4 : V6)[type]
}
