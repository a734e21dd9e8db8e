/** Which findings a suppression hides. */
import type { Finding, Micros, Suppression } from '@isthmus/model'
import { rank } from './alert.ts'
import { EXCEEDED_RULE } from './change-words.ts'
import { type AssetWords, badHost, isHost, isUser } from './hosts.ts'

/** A suppression is looked at again after a year at the latest. */
export const LONGEST_SUPPRESSION_US: Micros = 366 * 86_400e6

/** Whether it hides this finding: judged by when the finding was last seen, so that one that goes on past the end is heard again. */
export function hides(suppression: Suppression, finding: Finding, assets: AssetWords): boolean {
  const { scope } = suppression
  if (finding.at < suppression.from || finding.at >= suppression.until) return false
  if (mustBeNamed(finding) && scope.rule !== finding.rule) return false
  if (scope.rule !== undefined && scope.rule !== finding.rule) return false
  if (scope.engine !== undefined && scope.engine !== finding.engine) return false
  if (scope.level !== undefined && rank(finding.level) > rank(scope.level)) return false
  if (scope.protocol !== undefined && scope.protocol !== finding.protocol) return false
  if (scope.user !== undefined && (finding.user === undefined || !isUser(scope.user, finding.user))) return false
  if (scope.client !== undefined && !isHost(scope.client, finding.client, finding.clientAsset, assets)) return false
  return scope.server === undefined || isHost(scope.server, finding.server, finding.serverAsset, assets)
}

/** The one that hides it: of several the one in force for longest. */
export function hiddenBy(suppressions: readonly Suppression[], finding: Finding, assets: AssetWords): Suppression | undefined {
  let found: Suppression | undefined
  for (const one of suppressions) if (hides(one, finding, assets) && (found === undefined || isBefore(one, found))) found = one
  return found
}

/** Known threats and exceeded changes are hidden only by who names their rule: never by a scope that happens to hold them. */
function mustBeNamed(finding: Finding): boolean {
  return (finding.engine === 'threat' && rank(finding.level) >= rank('high')) || finding.rule === EXCEEDED_RULE
}

function isBefore(a: Suppression, b: Suppression): boolean {
  return a.from < b.from || (a.from === b.from && a.id < b.id)
}

export type Complaint = { readonly field: string; readonly why: string }

/** What is wrong with a suppression; empty when nothing is. */
export function checkSuppression({ scope, reason, from, until }: Omit<Suppression, 'id' | 'site' | 'by'>): readonly Complaint[] {
  const found: Complaint[] = []
  if (Object.values(scope).every((part) => part === undefined)) {
    found.push({ field: 'scope', why: 'name at least a rule, engine, level, client, server, protocol or user' })
  }
  for (const end of ['client', 'server'] as const) {
    const why = scope[end] === undefined ? undefined : badHost(scope[end])
    if (why !== undefined) found.push({ field: `scope.${end}`, why })
  }
  if (reason.trim() === '') found.push({ field: 'reason', why: 'say why these findings are known to be nothing' })
  if (!(until > from)) found.push({ field: 'until', why: 'must be after from' })
  else if (until - from > LONGEST_SUPPRESSION_US) found.push({ field: 'until', why: 'may be a year after from at most' })
  return found
}
