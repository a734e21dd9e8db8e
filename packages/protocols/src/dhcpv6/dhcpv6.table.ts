/** Message types and option numbers: IANA "Dynamic Host Configuration Protocol for IPv6 (DHCPv6)"; RFC 8415 §7.3, §21. */
export const MESSAGES: Readonly<Record<number, string>> = {
  1: 'SOLICIT',
  2: 'ADVERTISE',
  3: 'REQUEST',
  4: 'CONFIRM',
  5: 'RENEW',
  6: 'REBIND',
  7: 'REPLY',
  8: 'RELEASE',
  9: 'DECLINE',
  10: 'RECONFIGURE',
  11: 'INFORMATION-REQUEST',
  12: 'RELAY-FORW',
  13: 'RELAY-REPL',
}
export const REPLY = 7
export const RELAY_FORWARD = 12
export const RELAY_REPLY = 13
/** What servers send. */
export const ANSWERS: ReadonlySet<number> = new Set([2, REPLY, 10, RELAY_REPLY])

export const OPTION = {
  clientId: 1,
  serverId: 2,
  addresses: 3,
  temporaryAddresses: 4,
  address: 5,
  wanted: 6,
  relayed: 9,
  status: 13,
  vendorClass: 16,
  domains: 24,
  prefixes: 25,
  prefix: 26,
  fqdn: 39,
  linkLayer: 79,
} as const

export const OPTION_NAMES: Readonly<Record<number, string>> = {
  1: 'client identifier',
  2: 'server identifier',
  3: 'addresses',
  4: 'temporary addresses',
  5: 'address',
  6: 'options wanted',
  7: 'preference',
  8: 'elapsed time',
  9: 'relayed message',
  11: 'authentication',
  12: 'server unicast',
  13: 'status',
  14: 'rapid commit',
  15: 'user class',
  16: 'vendor class',
  17: 'vendor options',
  18: 'interface of the relay',
  23: 'name servers',
  24: 'domain search list',
  25: 'prefixes',
  26: 'prefix',
  31: 'time servers',
  32: 'information refresh time',
  37: 'remote id of the relay',
  39: 'client name',
  56: 'time servers',
  79: 'client link-layer address',
}

/** RFC 8415 §21.13. */
export const STATUS: Readonly<Record<number, string>> = {
  1: 'UnspecFail',
  2: 'NoAddrsAvail',
  3: 'NoBinding',
  4: 'NotOnLink',
  5: 'UseMulticast',
  6: 'NoPrefixAvail',
}

/** RFC 8415 §11: what a DUID is made of. */
export const DUID = { linkLayerTime: 1, enterprise: 2, linkLayer: 3, uuid: 4 } as const
export const ETHERNET = 1
