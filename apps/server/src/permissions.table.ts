/**
 * Who may do what. A role is granted for one site or for all; a route names the permission it needs, and
 * the sites where the user holds it become the request's scope in the database.
 */
export const ROLES = ['administrator', 'analyst', 'site-leader', 'viewer'] as const
export type Role = (typeof ROLES)[number]

const READ = [
  'site.read',
  'asset.read',
  'session.read',
  'operation.read',
  'tag.read',
  'finding.read',
  'alert.read',
  'incident.read',
  'capture.read',
  'coverage.read',
  'rule.read',
  'baseline.read',
  'person.read',
  'suppression.read',
  'threat.read',
  'change.read',
  'hunt.read',
] as const
/** The bytes of packets and of programs, where passwords and process values stand in clear: for those who investigate. Each look is audited. */
const EVIDENCE = ['packet.read'] as const
/** What is looked for by name: lists of indicators, YARA rules, feeds. */
const THREATS = ['threat.manage'] as const
const WORK = ['alert.work', 'incident.work', 'asset.edit', 'capture.add'] as const
/** Deciding beforehand: what raises no alert, and which work on the plant is wanted. */
const SUPPRESS = ['suppression.manage'] as const
const ORDER = ['change.manage'] as const
/** What is normal at a site: what was learnt, and how long it learns. */
const BASELINE = ['baseline.edit'] as const
/** Rules of one's own: what raises findings beside the rules that come with Isthmus. */
const RULES = ['rule.manage'] as const
/** What is looked for and from when on it counts: an administrator's, of the site. */
const DETECT = ['detection.manage'] as const
/** Rules and indicators over what was observed before: takes a core for minutes. */
const HUNT = ['hunt.run'] as const
/** Evidence goes for good: an administrator's, of the site. */
const REMOVE = ['capture.remove'] as const
/** Reach beyond one site: these need a grant for all sites. */
export const PLATFORM = ['user.manage', 'audit.read', 'site.manage', 'pack.manage'] as const

export const PERMISSIONS = [
  ...READ,
  ...EVIDENCE,
  ...WORK,
  ...BASELINE,
  ...THREATS,
  ...SUPPRESS,
  ...ORDER,
  ...HUNT,
  ...RULES,
  ...DETECT,
  ...REMOVE,
  ...PLATFORM,
] as const
export type Permission = (typeof PERMISSIONS)[number]

export const ALLOWED: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: PERMISSIONS,
  analyst: [...READ, ...EVIDENCE, ...WORK, ...HUNT, ...BASELINE, ...THREATS, ...SUPPRESS, ...RULES],
  'site-leader': [...READ, ...EVIDENCE, 'alert.work', 'incident.work', 'asset.edit', ...BASELINE, ...ORDER],
  viewer: READ,
}

export type Grant = { readonly role: Role; readonly site: string | null }

/** The sites, out of all there are, where these grants carry the permission. */
export function sitesFor(grants: readonly Grant[], permission: Permission, all: readonly string[]): readonly string[] {
  const held = grants.filter((grant) => ALLOWED[grant.role].includes(permission))
  if (held.some((grant) => grant.site === null)) return all
  const named = new Set(held.map((grant) => grant.site))
  return all.filter((site) => named.has(site))
}

export function mayEverywhere(grants: readonly Grant[], permission: Permission): boolean {
  return grants.some((grant) => grant.site === null && ALLOWED[grant.role].includes(permission))
}
