/** A pair of keys: the private one stays with who writes packs, the public one goes to the sites that trust him. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { fingerprintOf } from '@isthmus/content/pack'
import type { Console } from '../command.ts'
import { STATUS } from '../usage.ts'

export async function makeKey(name: string, console: Console): Promise<number> {
  const { privateKey } = generateKeyPairSync('ed25519')
  const publicKey = createPublicKey(privateKey)
  // An existing key is not overwritten: nobody could sign a later version of its packs.
  await writeFile(`${name}.key`, privateKey.export({ type: 'pkcs8', format: 'pem' }), { flag: 'wx', mode: 0o600 })
  await writeFile(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }), { flag: 'wx' })
  console.out.write(`${name}.key signs, keep it secret; ${name}.pub is for those who trust it: ${fingerprintOf(publicKey)}\n`)
  return STATUS.ok
}
