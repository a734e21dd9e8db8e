/** An authorised change held against one act: who did what to which device, when. */
import { type Activity, type AuthorisedChange, type ChangeUse, type Endpoint, type Excess, isGroup, type Micros } from '@isthmus/model'
import { ACTIVITY_WORDS, isControl } from './activity.ts'
import { KIND_WORDS } from './change-words.ts'
import { type AssetWords, badHost, isHost, isUser } from './hosts.ts'
import type { Complaint } from './suppression.ts'
import { showTime } from './time.ts'

/** How long before its beginning and after its end the same work counts as exceeding a change, not as something else. */
export const OUT_OF_TIME_US: Micros = 12 * 3600e6
/** A remote session that nobody planned is over after this long, whether its end is seen or not. */
export const LONGEST_SESSION_US: Micros = 86_400e6

export type Act = {
  readonly activity: Activity
  readonly at: Micros
  readonly client: Endpoint
  readonly server: Endpoint
  readonly clientAsset: string | undefined
  readonly serverAsset: string | undefined
  readonly user: string | undefined
  /** Of the program section that was loaded, where it was seen whole. */
  readonly hash: string | undefined
}

/** `kept`, `exceeded` with what and why, `unproven`: the wire does not show enough; undefined: none of its business. */
export type Verdict =
  | { readonly is: 'kept' }
  | { readonly is: 'exceeded'; readonly exceeds: readonly Excess[]; readonly says: string }
  | { readonly is: 'unproven'; readonly says: string }

type Match = 'yes' | 'no' | 'unknown'

/** When it is over: at its stated end, or when its remote session was closed. */
export function endOf(change: AuthorisedChange, use: ChangeUse | undefined): Micros {
  return Math.min(change.until, use?.closedAt ?? Number.POSITIVE_INFINITY)
}

export function isOnAsset(change: AuthorisedChange, server: Endpoint, asset: string | undefined, assets: AssetWords): boolean {
  return change.assets.some((text) => isHost(text, server, asset, assets))
}

/** A host speaks for whoever works at it; an account that differs speaks against them. */
export function isByPeople(
  { hosts, users }: AuthorisedChange,
  { client, clientAsset, user }: Pick<Act, 'client' | 'clientAsset' | 'user'>,
  assets: AssetWords,
): Match {
  if (hosts.length > 0 && isGroup(client)) return 'unknown'
  if (hosts.length > 0 && !hosts.some((text) => isHost(text, client, clientAsset, assets))) return 'no'
  if (users.length > 0 && user !== undefined) return users.some((text) => isUser(text, user)) ? 'yes' : 'no'
  return users.length > 0 && hosts.length === 0 ? 'unknown' : 'yes'
}

export function namesPeople({ hosts, users }: Pick<AuthorisedChange, 'hosts' | 'users'>): boolean {
  return hosts.length > 0 || users.length > 0
}

export function allows({ activities }: AuthorisedChange, activity: Activity): boolean {
  return activities.length === 0 || activities.includes(activity)
}

function isExpected({ expectedHashes }: AuthorisedChange, { activity, hash }: Act): Match {
  if (expectedHashes.length === 0 || (activity !== 'program-download' && activity !== 'program-edit')) return 'yes'
  if (hash === undefined) return 'unknown'
  return expectedHashes.includes(hash.toLowerCase()) ? 'yes' : 'no'
}

/** What the change has to say of this act. */
export function judge(change: AuthorisedChange, use: ChangeUse | undefined, act: Act, assets: AssetWords): Verdict | undefined {
  const isOn = isOnAsset(change, act.server, act.serverAsset, assets)
  const by = isByPeople(change, act, assets)
  const isAllowed = allows(change, act.activity)
  const hash = isExpected(change, act)
  const end = endOf(change, use)
  const isInTime = act.at >= change.from && act.at < end
  if (!isInTime) {
    const isSame = isOn && by === 'yes' && isAllowed && isControl(act.activity) && hash !== 'no'
    const isNear = act.at >= change.from - OUT_OF_TIME_US && act.at < end + OUT_OF_TIME_US
    return isSame && isNear ? { is: 'exceeded', exceeds: ['time'], says: sayTime(change, end, act) } : undefined
  }
  if (isOn && by === 'yes' && isAllowed && hash === 'yes') return { is: 'kept' }
  // Whose business it is: controlling an asset that is worked on, and whatever its own people do to it or control elsewhere.
  const isOwn = by === 'yes' && namesPeople(change)
  const concerns = isOn ? isControl(act.activity) || isOwn : isOwn && isControl(act.activity)
  if (!concerns) return undefined
  const names = (texts: readonly string[]) => texts.map((text) => assets.nameOf(text) ?? text).join(', ')
  const who = KIND_WORDS[change.kind]
  const found: [Excess, string][] = []
  if (!isOn) found.push(['asset', `on ${called(act.server, act.serverAsset, assets)}, the ${who} names ${names(change.assets)}`])
  if (by === 'no') found.push(['person', sayPerson(change, act, assets, names)])
  if (!isAllowed) {
    const allowed = change.activities.map((activity) => ACTIVITY_WORDS[activity]).join(', ')
    found.push(['activity', `${ACTIVITY_WORDS[act.activity]}, the ${who} allows ${allowed}`])
  }
  if (hash === 'no') found.push(['hash', `the downloaded program's hash is not the expected one (${short(act.hash!)} was seen)`])
  if (found.length > 0) return { is: 'exceeded', exceeds: found.map(([what]) => what), says: found.map(([, says]) => says).join('; ') }
  const says = hash === 'unknown' ? 'the program was not seen whole, so its hash is not known' : 'the wire does not show who did it'
  return { is: 'unproven', says }
}

function sayPerson(change: AuthorisedChange, act: Act, assets: AssetWords, names: (texts: readonly string[]) => string): string {
  const who = KIND_WORDS[change.kind]
  const isOtherHost = change.hosts.length > 0 && !change.hosts.some((text) => isHost(text, act.client, act.clientAsset, assets))
  if (isOtherHost) return `by ${called(act.client, act.clientAsset, assets)}, the ${who} names ${names(change.hosts)}`
  return `by the account ${act.user}, the ${who} names ${change.users.join(', ')}`
}

function sayTime(change: AuthorisedChange, end: Micros, act: Act): string {
  if (act.at < change.from) return `${span(change.from - act.at)} before it begins (${showTime(change.from)})`
  return `${span(act.at - end)} after it ended (${showTime(end)})`
}

function called(end: Endpoint, asset: string | undefined, assets: AssetWords): string {
  return (asset === undefined ? undefined : assets.nameOf(asset)) ?? end.ip ?? end.mac ?? 'an unknown host'
}

function short(hash: string): string {
  return `SHA-256 ${hash.slice(0, 12)}…`
}

/** `2 h 10 min`, `40 s`. */
function span(us: Micros): string {
  const seconds = Math.floor(us / 1e6)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A change lasts a year at most: what goes on for longer is how the plant works. */
export const LONGEST_CHANGE_US: Micros = 366 * 86_400e6

/** What is wrong with a change; empty when nothing is. */
export function checkChange(change: Omit<AuthorisedChange, 'id' | 'site'>): readonly Complaint[] {
  const found: Complaint[] = []
  if (change.reference.trim() === '') found.push({ field: 'reference', why: 'give the number under which it was ordered' })
  if (change.assets.length === 0) found.push({ field: 'assets', why: 'name what may be worked on' })
  if (change.kind !== 'maintenance-window' && !namesPeople(change)) {
    found.push({ field: 'hosts', why: 'name the hosts or the users who do the work' })
  }
  for (const field of ['assets', 'hosts'] as const) {
    for (const [i, text] of change[field].entries()) {
      const why = badHost(text)
      if (why !== undefined) found.push({ field: `${field}.${i}`, why })
    }
  }
  for (const [i, hash] of change.expectedHashes.entries()) {
    if (!/^[0-9a-f]{64}$/.test(hash)) found.push({ field: `expectedHashes.${i}`, why: 'is no SHA-256 in 64 hex digits, lower case' })
  }
  if (!(change.until > change.from)) found.push({ field: 'until', why: 'must be after from' })
  else if (change.until - change.from > LONGEST_CHANGE_US) found.push({ field: 'until', why: 'may be a year after from at most' })
  return found
}
