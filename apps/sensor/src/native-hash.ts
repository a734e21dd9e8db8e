/** Lends Node's hashes to the decoders, which hash every file that passes. Imported for its effect. */
import { type Hash, lendHashes } from '@isthmus/protocols'

lendHashes((algorithm): Hash => {
  // Loaded by the first file: OpenSSL would be a fifth of the start-up of a capture that has none.
  const native = process.getBuiltinModule('node:crypto').createHash(algorithm)
  const lent: Hash = {
    update(bytes) {
      native.update(bytes)
      return lent
    },
    hex: () => native.digest('hex'),
  }
  return lent
})
