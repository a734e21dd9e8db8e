/** SHA-256 of what is long (files, programs): the host may lend its own, whose answers are the same and come sooner. */
import type { Hash } from './block-hash.ts'
import { Sha256 } from './sha256.ts'

let make: () => Hash = () => new Sha256()

/** Once, before the first pipeline. */
export function lendSha256(factory: () => Hash): void {
  make = factory
}

export function newSha256(): Hash {
  return make()
}
