/** From a request to who asks and in which sites: the one place where access is decided. */
import { type Grant, mayEverywhere, type Permission, PLATFORM, sitesFor } from '../permissions.table.ts'
import type { Services } from '../services.ts'
import { tokenHash } from '../sign-ins/secrets.ts'
import type { SignedIn } from '../sign-ins/session.ts'
import { signInByToken } from '../sign-ins/sign-ins.store.ts'
import { allSites } from '../sites/sites.store.ts'
import { isRefusal, type Refusal, refuse } from './refusal.ts'
import type { May } from './route.ts'

/** A refusal that knows who was refused. */
export type Denial = Refusal & { readonly by?: string }

export type Permit = { readonly me: SignedIn; readonly sites: readonly string[] }

const NOBODY: SignedIn = {
  id: '',
  name: '',
  displayName: '',
  hasTotp: false,
  grants: [],
  state: 'signed-in',
  signedInAt: 0,
  expiresAt: 0,
  tokenHash: new Uint8Array(),
}

/** `isSeen` false: asked again for a stream, which keeps no idle sign-in alive. */
export async function permit(
  services: Services,
  may: May,
  token: string | undefined,
  site: string | undefined,
  isSeen = true,
): Promise<Permit | Denial> {
  if (may === 'anyone') return { me: NOBODY, sites: [] }
  if (token === undefined) return refuse('not-signed-in')
  const { idleUs, absoluteUs } = services.settings
  const me = await signInByToken(services.database.app, tokenHash(token), idleUs, absoluteUs, isSeen)
  if (!me) return refuse('not-signed-in')
  if (may === 'self') return { me, sites: [] }
  if (me.state !== 'signed-in') return { ...refuse('first-login-unfinished'), by: me.id }
  const all = (await allSites(services.database.app)).map((one) => one.id)
  const sites = may === 'signed-in' ? sitesFor(me.grants, 'site.read', all) : scopeOf(me, may, all)
  if (isRefusal(sites)) return { ...sites, by: me.id }
  if (site === undefined) return { me, sites }
  // A site that is not there and one I may not see answer the same.
  return sites.includes(site)
    ? { me, sites: [site] }
    : { ...refuse('not-found', `There is no site ${site}, or you may not see it.`), by: me.id }
}

/** True where the permission is held for all sites: only then does the database take what counts for all. */
export function mayForAll(may: May, grants: readonly Grant[]): boolean {
  return may !== 'anyone' && may !== 'self' && may !== 'signed-in' && mayEverywhere(grants, may)
}

function scopeOf(me: SignedIn, may: Permission, all: readonly string[]): readonly string[] | Refusal {
  if ((PLATFORM as readonly string[]).includes(may)) return mayEverywhere(me.grants, may) ? all : refuse('not-allowed')
  const sites = sitesFor(me.grants, may, all)
  // Holding the permission where no site exists yet is not a refusal: the lists are empty.
  return sites.length > 0 || mayEverywhere(me.grants, may) ? sites : refuse('not-allowed')
}
