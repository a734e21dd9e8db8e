/** Files that traffic is judged by, as options of every command that judges. */
import { type OptionRow, type Parsed, several } from '../options.ts'

export const JUDGING_OPTIONS: readonly OptionRow[] = [
  {
    name: 'indicators',
    value: 'FILE',
    many: true,
    help: 'known threats to look for: a STIX 2.1 bundle, MISP JSON or a CSV list; what cannot be looked for is reported',
  },
  {
    name: 'yara',
    value: 'PATH',
    many: true,
    help: 'YARA rules that files on the wire are held against: a file, or a folder with .yar and .yara files; a rule with an error is reported and the others work',
  },
  {
    name: 'rules',
    value: 'FILE',
    many: true,
    help: 'Sigma rules of your own, a file or a folder of them: over our observations, or written for logs of Zeek; what cannot be used is named with file and line',
  },
  {
    name: 'settings',
    value: 'FILE',
    help: 'which engines and rules are on, their levels and thresholds (YAML or JSON); what no rule can take is reported and the rest holds',
  },
  {
    name: 'changes',
    value: 'FILE',
    many: true,
    help: 'work orders, maintenance windows and remote sessions (YAML or JSON): work within them is informational, work beyond them critical',
  },
  {
    name: 'suppressions',
    value: 'FILE',
    many: true,
    help: 'findings known to be nothing, by scope and until when (YAML or JSON): they raise no alert',
  },
]

export type JudgingFiles = {
  /** Files of indicators: STIX 2.1, MISP, CSV. */
  readonly indicators: readonly string[]
  /** Files and folders of YARA rules. */
  readonly yara: readonly string[]
  /** Files and folders of rules of one's own. */
  readonly rules: readonly string[]
  /** A file of detection settings, YAML or JSON. */
  readonly settings: string | undefined
  /** Files of authorised changes and of suppressions, YAML or JSON. */
  readonly changes: readonly string[]
  readonly suppressions: readonly string[]
}

export function judgingFiles(values: Parsed['values']): JudgingFiles {
  return {
    indicators: several(values.indicators),
    yara: several(values.yara),
    rules: several(values.rules),
    settings: typeof values.settings === 'string' ? values.settings : undefined,
    changes: several(values.changes),
    suppressions: several(values.suppressions),
  }
}
