/** Hashes of what is long (files, programs): the host may lend its own, whose answers are the same and come sooner. */
import type { Hash } from './block-hash.ts'
import { Md5 } from './md5.ts'
import { Sha1 } from './sha1.ts'
import { Sha256 } from './sha256.ts'

export type Algorithm = 'md5' | 'sha1' | 'sha256'

const OWN: Readonly<Record<Algorithm, () => Hash>> = { md5: () => new Md5(), sha1: () => new Sha1(), sha256: () => new Sha256() }

let make = (algorithm: Algorithm): Hash => OWN[algorithm]()

/** Once, before the first pipeline. */
export function lendHashes(factory: (algorithm: Algorithm) => Hash): void {
  make = factory
}

export function newHash(algorithm: Algorithm): Hash {
  return make(algorithm)
}

export function newSha256(): Hash {
  return make('sha256')
}
