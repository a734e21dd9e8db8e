/** Words of SOCKS: RFC 1928 §3 to §6, RFC 1929; version 4 as its authors describe it. Status names as Zeek logs them. */
export const METHODS: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'GSSAPI',
  2: 'password',
  3: 'CHAP',
  5: 'challenge-response',
  6: 'TLS',
  7: 'NDS',
  8: 'multi-authentication',
  9: 'JSON',
  255: 'refused',
}

export const COMMANDS: Readonly<Record<number, string>> = { 1: 'connect', 2: 'bind', 3: 'udp associate' }

export const STATUS_5: Readonly<Record<number, string>> = {
  0: 'succeeded',
  1: 'general SOCKS server failure',
  2: 'connection not allowed by ruleset',
  3: 'Network unreachable',
  4: 'Host unreachable',
  5: 'Connection refused',
  6: 'TTL expired',
  7: 'Command not supported',
  8: 'Address type not supported',
}

export const STATUS_4: Readonly<Record<number, string>> = {
  90: 'succeeded',
  91: 'general SOCKS server failure',
  92: 'request failed because client is not running identd',
  93: "request failed because client's identd could not confirm the user ID string in the request",
}
