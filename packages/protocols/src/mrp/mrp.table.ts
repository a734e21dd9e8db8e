/** IEC 62439-2 §8 (media redundancy protocol data units). */
export const PART = {
  end: 0,
  common: 1,
  test: 2,
  topologyChange: 3,
  linkDown: 4,
  linkUp: 5,
  inTest: 6,
  inTopologyChange: 7,
  inLinkDown: 8,
  inLinkUp: 9,
  inLinkStatusPoll: 10,
  option: 127,
} as const

export const PARTS: Readonly<Record<number, string>> = {
  0: 'end',
  1: 'common',
  2: 'test',
  3: 'topology change',
  4: 'link down',
  5: 'link up',
  6: 'interconnection test',
  7: 'interconnection topology change',
  8: 'interconnection link down',
  9: 'interconnection link up',
  10: 'interconnection link status poll',
  127: 'option',
}

export const PORT_ROLES: readonly string[] = ['primary', 'secondary', 'interconnection']
/** Test frames state a closed ring as 1. */
export const RING_OPEN = 0
