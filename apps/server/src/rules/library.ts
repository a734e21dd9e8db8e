/** The content in force: rules for detection and for reading, procedures' words, the glossary. */
import type { Catalogue } from '@isthmus/detect'

export type RuleText = {
  readonly name: string
  readonly title: string
  readonly level: 'informational' | 'low' | 'medium' | 'high' | 'critical'
  readonly engine: string
  readonly category: string
  readonly status: string
  readonly attack: string[]
  readonly description: string
  readonly falsePositives: string[]
  readonly misses: string[]
  readonly triage: string[]
  readonly references: string[]
  readonly procedure?: string | undefined
  readonly source: string
}

export type Library = {
  readonly rules: readonly RuleText[]
  /** What can be set of rules. */
  readonly catalogue: Catalogue
  readonly glossary: readonly { readonly term: string; readonly means: string }[]
}
