/** What a pack is worth here: who signed it, what it holds, what of it cannot be used. Runs in a thread of its own. */
import { inspectFiles, type PackProblem } from '@isthmus/content/inspect-pack'
import { fingerprintOf, isSignedBy, PackRefused, readPack, readPublicKey, type SignedPack } from '@isthmus/content/pack'
import { checkRules } from '@isthmus/scanner'
import { contentInForce } from '../ingest/content.ts'
import { type OwnText, sourcesOf, textOf } from '../own-rules/check.ts'
import type { RuleText } from '../rules/library.ts'

export type PackQuestion = {
  readonly text: string
  /** PEM of the keys that are trusted. */
  readonly keys: readonly string[]
  /** Rules in force beside the pack: two of one name cannot be. */
  readonly others: readonly OwnText[]
}
export type PackReport = {
  readonly rules: readonly (Omit<RuleText, 'source'> & { readonly file: string })[]
  /** Comparisons that its rules cost for each observation. */
  readonly cost: number
  readonly indicators: number
  readonly yara: number
  /** The first of what cannot be used; `unusable` counts all. */
  readonly problems: readonly PackProblem[]
  readonly unusable: number
}
export type PackAnswer =
  | { readonly pack: SignedPack; readonly report: PackReport }
  /** Not a pack, or not signed by a trusted key. */
  | { readonly distrust: string }

const MAX_PROBLEMS = 100

export async function inspectPack({ text, keys, others }: PackQuestion): Promise<PackAnswer> {
  try {
    const pack = readPack(text)
    const key = keys.map(readPublicKey).find((one) => fingerprintOf(one) === pack.signature.key)
    if (key === undefined) return { distrust: `signed with the key ${pack.signature.key}, which nobody here trusts` }
    if (!isSignedBy(pack, key)) return { distrust: 'the signature does not hold: the pack was changed after it was signed' }
    // The version before makes room for this one.
    const beside = others.filter(({ id }) => !id.startsWith(`${pack.pack}/`))
    return { pack, report: await reportOf(pack, beside) }
  } catch (error) {
    if (error instanceof PackRefused) return { distrust: error.message }
    throw error
  }
}

async function reportOf({ files }: SignedPack, others: readonly OwnText[]): Promise<PackReport> {
  const { rules, cost, indicators, yara, problems } = await inspectFiles(contentInForce(), files, others.flatMap(sourcesOf), checkRules)
  return {
    rules: rules.map((rule) => ({ ...textOf(rule), file: rule.file })),
    cost,
    indicators: indicators.length,
    yara,
    problems: problems.slice(0, MAX_PROBLEMS),
    unusable: problems.length,
  }
}
