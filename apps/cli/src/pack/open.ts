/** A pack whose signature holds. */
import { readFile, stat } from 'node:fs/promises'
import { isSignedBy, MAX_PACK_BYTES, PackRefused, readPack, readPublicKey, type SignedPack } from '@isthmus/content/pack'

export async function openPack(file: string, keyFile: string): Promise<SignedPack> {
  const { size } = await stat(file)
  if (size > MAX_PACK_BYTES) throw new PackRefused(`${file}: larger than ${MAX_PACK_BYTES} bytes`)
  const key = readPublicKey(await readFile(keyFile, 'utf8'))
  const pack = readPack(await readFile(file, 'utf8'))
  if (!isSignedBy(pack, key)) throw new PackRefused(`${file}: not signed with ${keyFile}, or changed since`)
  return pack
}
