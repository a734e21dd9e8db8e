/** Versions of QUIC: RFC 9000, RFC 9369, the drafts, Facebook's mvfst and Google's. Salts: RFC 9001 §5.2, RFC 9369 §3.3.1 and the drafts' same sections. */

export type Version = {
  readonly name: string
  readonly salt: string
  /** How its keys are labelled: version 2 has its own words. */
  readonly label: 'quic' | 'quicv2'
  /** Google's own handshake instead of TLS. */
  readonly isGoogle: boolean
}

const SALT = {
  22: '7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a',
  23: 'c3eef712c72ebb5a11a7d2432bb46365bef9f502',
  29: 'afbfec289993d24c9e9786f19c6111e04390a899',
  v1: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a',
  v2: '0dede3def700a6db819381be6e269dcbf9bd2ed9',
  q50: '504574efd066fe2f9d945cfcdbd3a7f0d3b56b45',
  t50: '7ff579e5acd072915580304c43a2367c60488310',
} as const

const version = (name: string, salt: string, label: 'quic' | 'quicv2' = 'quic', isGoogle = false): Version => ({
  name,
  salt,
  label,
  isGoogle,
})

function drafts(): [number, Version][] {
  return Array.from({ length: 13 }, (_, i) => {
    const n = 22 + i
    const salt = n < 23 ? SALT[22] : n < 29 ? SALT[23] : n < 33 ? SALT[29] : SALT.v1
    return [0xff000000 + n, version(`draft-${n}`, salt)]
  })
}

export const VERSIONS: ReadonlyMap<number, Version> = new Map([
  [0x00000001, version('1', SALT.v1)],
  [0x6b3343cf, version('quicv2', SALT.v2, 'quicv2')],
  ...drafts(),
  [0xfaceb001, version('mvfst (faceb001)', SALT[22])],
  [0xfaceb002, version('mvfst (faceb002)', SALT[23])],
  [0xfaceb00e, version('mvfst (faceb00e)', SALT[23])],
  [0xfaceb011, version('mvfst (faceb011)', SALT[23])],
  [0xfaceb012, version('mvfst (faceb012)', SALT[23])],
  [0xfaceb013, version('mvfst (faceb013)', SALT[23])],
  [0x51303530, version('Q050', SALT.q50, 'quic', true)],
  [0x54303530, version('T050', SALT.t50)],
])

/** RFC 9000 §15: versions that exist to be unknown. */
export const isReserved = (v: number): boolean => (v & 0x0f0f0f0f) === 0x0a0a0a0a

/** RFC 9000 §17.2 and, turned by one, RFC 9369 §3.2. */
export const LONG_TYPES = ['initial', '0rtt', 'handshake', 'retry'] as const
export const LONG_TYPES_V2 = ['retry', 'initial', '0rtt', 'handshake'] as const

/** RFC 9000 §19, as far as packets whose keys are public may hold them. */
export const FRAME = { padding: 0, ping: 1, ack: 2, ackEcn: 3, crypto: 6, googleCrypto: 8, close: 0x1c, closeByUser: 0x1d } as const

/** RFC 9000 §20.1. */
export const ERRORS: Readonly<Record<number, string>> = {
  0: 'no error',
  1: 'internal error',
  2: 'connection refused',
  3: 'flow control error',
  4: 'stream limit error',
  5: 'stream state error',
  6: 'final size error',
  7: 'frame encoding error',
  8: 'transport parameter error',
  9: 'connection id limit error',
  10: 'protocol violation',
  11: 'invalid token',
  12: 'application error',
  13: 'crypto buffer exceeded',
  14: 'key update error',
  15: 'aead limit reached',
  16: 'no viable path',
}
