/** Who is asking: a person, what they may, and how far their sign-in has come. */
import type { Grant } from '../permissions.table.ts'

export type SignedIn = {
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly hasTotp: boolean
  readonly grants: readonly Grant[]
  readonly state: 'signed-in' | 'totp-enrol' | 'password-change'
  readonly signedInAt: number
  readonly expiresAt: number
  readonly tokenHash: Uint8Array
}
