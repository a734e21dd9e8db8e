/** Message types: IANA "ICMP Type Numbers" and "ICMPv6 type Numbers". */
export const V4_TYPES: Readonly<Record<number, string>> = {
  0: 'echo reply',
  3: 'destination unreachable',
  4: 'source quench',
  5: 'redirect',
  8: 'echo',
  9: 'router advertisement',
  10: 'router solicitation',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'timestamp',
  14: 'timestamp reply',
  15: 'information request',
  16: 'information reply',
  17: 'address mask request',
  18: 'address mask reply',
  42: 'extended echo',
  43: 'extended echo reply',
}

export const V6_TYPES: Readonly<Record<number, string>> = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo',
  129: 'echo reply',
  130: 'multicast listener query',
  131: 'multicast listener report',
  132: 'multicast listener done',
  133: 'router solicitation',
  134: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  137: 'redirect',
  143: 'multicast listener report v2',
}

export const REDIRECT = 5

/** The answer's type by the question's. */
export const V4_ANSWERS: Readonly<Record<number, number>> = { 8: 0, 13: 14, 15: 16, 17: 18, 42: 43 }
export const V6_ANSWERS: Readonly<Record<number, number>> = { 128: 129 }

export const ND = { routerAdvertisement: 134, solicitation: 135, advertisement: 136, sourceMac: 1, targetMac: 2, nameServers: 25 } as const
