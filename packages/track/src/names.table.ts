/**
 * What people call a host of a kind. A guess, because a name is only what somebody once typed; it outweighs a port or
 * an operating system and yields to what the host does in the plant.
 */
import type { Guess } from './roles.table.ts'

export type NameGuess = { readonly pattern: RegExp; readonly guess?: Guess; readonly role?: string }

/** Tried in order on the first label of a host's name, in lower case. Linear patterns: names come from attackers too. */
export const NAME_GUESSES: readonly NameGuess[] = [
  { pattern: /^(jump|bastion|rdgw|stepstone)/, role: 'jump host' },
  { pattern: /^(hist|historian|pi-?srv|piserver|phd)(\d|-|$)/, guess: ['historian', 0.34], role: 'historian' },
  { pattern: /^(scada|wincc|ignition|citect|igs)/, guess: ['scada-server', 0.34], role: 'scada' },
  { pattern: /^(hmi|panel|op)-?\d/, guess: ['hmi', 0.34], role: 'hmi' },
  { pattern: /^(ews|eng-?ws|engws|engst)/, guess: ['engineering-station', 0.34], role: 'engineering-station' },
  { pattern: /^plc[-_\d]/, guess: ['plc', 0.34] },
  { pattern: /^rtu[-_\d]/, guess: ['rtu', 0.34] },
  { pattern: /dc-?\d{1,2}$/, guess: ['domain-controller', 0.34] },
  { pattern: /^(sw|switch)-/, guess: ['switch', 0.3] },
  { pattern: /^(fw|firewall)[-\d]/, guess: ['firewall', 0.34] },
  { pattern: /^(prn|printer)[-\d]/, guess: ['printer', 0.34] },
  { pattern: /^cam(era)?[-\d]/, guess: ['camera', 0.34] },
]

/** Names of services in a directory: whoever a resolver gives for one is its server. */
export const SERVICE_GUESSES: readonly { readonly prefix: string; readonly guess: Guess; readonly role: string }[] = [
  { prefix: '_ldap._tcp.dc._msdcs.', guess: ['domain-controller', 0.5], role: 'domain controller' },
  { prefix: '_kerberos._tcp.', guess: ['domain-controller', 0.5], role: 'domain controller' },
  { prefix: '_ldap._tcp.', guess: ['domain-controller', 0.4], role: 'directory server' },
]
