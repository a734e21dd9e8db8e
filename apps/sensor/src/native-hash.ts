/** Lends Node's SHA-256 to the decoders, which hash every file that passes. Imported for its effect. */
import { type Hash, lendSha256 } from '@isthmus/protocols'

lendSha256((): Hash => {
  // Loaded by the first file: OpenSSL would be a fifth of the start-up of a capture that has none.
  const native = process.getBuiltinModule('node:crypto').createHash('sha256')
  const lent: Hash = {
    update(bytes) {
      native.update(bytes)
      return lent
    },
    hex: () => native.digest('hex'),
  }
  return lent
})
