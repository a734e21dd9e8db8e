/** Message numbers: RFC 4250 §4.1.2. */
export const MESSAGE = { kexInit: 20, newKeys: 21, kexReply: 31, gexReply: 33 } as const

/** Authentication cannot be told by size where packets are compressed. */
export const COMPRESSIONS: readonly string[] = ['zlib', 'zlib@openssh.com']

/** Key exchanges in which message 31 is a group and message 33 the reply (RFC 4419 §3). */
export const GROUP_EXCHANGES: readonly string[] = ['diffie-hellman-group-exchange-sha1', 'diffie-hellman-group-exchange-sha256']

/** Those whose host key Zeek reads. */
export const LOGGED_EXCHANGES =
  /^(?:diffie-hellman-group1-sha1|diffie-hellman-group14-sha1|diffie-hellman-group-exchange-sha(?:1|256)|ecdh-sha2-.*|ecmqv-sha2|curve25519-sha256.*)$/

/** What version strings say of the system they run on. */
export const SYSTEMS: readonly (readonly [pattern: RegExp, attribute: 'os' | 'vendor', value: string])[] = [
  [/Ubuntu/i, 'os', 'Ubuntu Linux'],
  [/Raspbian/i, 'os', 'Raspbian Linux'],
  [/Debian/i, 'os', 'Debian Linux'],
  [/FreeBSD/i, 'os', 'FreeBSD'],
  [/for_Windows|WeOnlyDo|Bitvise/i, 'os', 'Windows'],
  [/Cisco/i, 'vendor', 'Cisco'],
  [/ROSSSH/, 'vendor', 'MikroTik'],
  [/HUAWEI/i, 'vendor', 'Huawei'],
  [/RomSShell|Mocana|dropbear|lancom/i, 'os', 'embedded'],
]
