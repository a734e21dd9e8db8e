import { z } from 'zod'
import { Time } from '../http/wire.ts'
import { PERMISSIONS, ROLES } from '../permissions.table.ts'

export const Credentials = z.object({
  name: z.string().trim().min(1).max(100),
  password: z.string().min(1).max(1000),
  totp: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits')
    .optional(),
})

export const Stage = z.enum(['signed-in', 'totp-needed', 'totp-enrol', 'password-change'])

export const Me = z.object({
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string(), hasTotp: z.boolean() }),
  /** `signed-in`, or the step that is still due. */
  state: Stage.exclude(['totp-needed']),
  roles: z.array(z.object({ role: z.enum(ROLES), site: z.string().nullable() })),
  /** Held in at least one site. */
  permissions: z.array(z.enum(PERMISSIONS)),
  sites: z.array(z.object({ id: z.string(), name: z.string(), timezone: z.string(), permissions: z.array(z.enum(PERMISSIONS)) })),
  signedInAt: Time,
  expiresAt: Time,
})

/** `totp-needed`: send the same again with `totp`. Otherwise a session exists; `me` says what is due. */
export const SignInReply = z.object({ state: Stage, me: Me.nullable() })

export const NewPassword = z.object({
  current: z.string().min(1).max(1000),
  password: z.string().min(12, 'at least 12 characters').max(1000),
})

/** Without `code`: starts the enrolment; who has a factor already shows a code of it as `present`. With `code`: confirms it. */
export const TotpBody = z.object({
  password: z.string().min(1).max(1000),
  present: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits')
    .optional(),
  code: z
    .string()
    .trim()
    .regex(/^\d{6}$/, 'six digits')
    .optional(),
})
export const TotpReply = z.object({ state: z.enum(['confirm', 'enrolled']), uri: z.string().optional(), secret: z.string().optional() })
