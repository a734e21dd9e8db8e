import { z } from 'zod'
import { Person, Time } from '../http/wire.ts'
import { ROLES } from '../permissions.table.ts'

export const GrantWire = z.object({ role: z.enum(ROLES), site: z.string().min(1).max(100).nullable() })

export const User = Person.extend({
  isActive: z.boolean(),
  hasTotp: z.boolean(),
  /** Still to use the one-time password. */
  isNew: z.boolean(),
  grants: z.array(GrantWire),
  createdAt: Time,
  lastSignInAt: Time.nullable(),
})

export const Users = z.object({ items: z.array(User) })
export const People = z.object({ items: z.array(Person) })

export const NewUser = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash, underscore'),
  displayName: z.string().trim().min(1).max(200),
  grants: z.array(GrantWire).min(1).max(50),
})

/** The one-time password is shown once, here. */
export const OneTimeLogin = z.object({ user: User, oneTimePassword: z.string() })
export const Activity = z.object({ isActive: z.boolean() })
export const GrantsBody = z.object({ grants: z.array(GrantWire).max(50) })
