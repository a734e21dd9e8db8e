import { post } from '../../api/request.ts'
import type { SignInReply, TotpReply } from '../../api/types.ts'

export function signIn(name: string, password: string, totp?: string): Promise<SignInReply> {
  return post('/sign-ins', { name, password, ...(totp === undefined ? {} : { totp }) })
}

export function changePassword(current: string, password: string): Promise<unknown> {
  return post('/me/password', { current, password })
}

/** `present`: a code of the factor that is replaced, where there is one. */
export function beginEnrolment(password: string, present?: string): Promise<TotpReply> {
  return post('/me/totp', { password, ...(present === undefined ? {} : { present }) })
}

export function confirmEnrolment(password: string, code: string): Promise<TotpReply> {
  return post('/me/totp', { password, code })
}
