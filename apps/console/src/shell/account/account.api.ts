import { post } from '../../api/request.ts'
import type { SignInReply, TotpReply } from '../../api/types.ts'

export function signIn(name: string, password: string, totp?: string): Promise<SignInReply> {
  return post('/sign-ins', { name, password, ...(totp === undefined ? {} : { totp }) })
}

export function changePassword(current: string, password: string): Promise<unknown> {
  return post('/me/password', { current, password })
}

export function beginEnrolment(password: string): Promise<TotpReply> {
  return post('/me/totp', { password })
}

export function confirmEnrolment(password: string, code: string): Promise<TotpReply> {
  return post('/me/totp', { password, code })
}
