/** Where in an intrusion a technique belongs: findings of one stage between two hosts are one story. */
import type { Technique } from '@isthmus/model'

export type Techniques = Readonly<Record<string, Technique>>

/** `look` around, `enter` another host, `carry` data or orders in and out, `act` on the process, `other` without a technique. */
export type Stage = 'look' | 'enter' | 'carry' | 'act' | 'other'

const STAGES: Readonly<Record<string, Stage>> = {
  reconnaissance: 'look',
  discovery: 'look',
  'initial-access': 'enter',
  'lateral-movement': 'enter',
  'credential-access': 'enter',
  'privilege-escalation': 'enter',
  'command-and-control': 'carry',
  exfiltration: 'carry',
  'resource-development': 'carry',
  'inhibit-response-function': 'act',
  'impair-process-control': 'act',
}

/** Tactics that both matrices have mean the process in one and a computer in the other. */
const SHARED: Readonly<Record<Technique['domain'], Readonly<Record<string, Stage>>>> = {
  ics: { execution: 'act', persistence: 'act', evasion: 'act', impact: 'act', collection: 'act' },
  enterprise: { execution: 'enter', persistence: 'enter', 'defense-evasion': 'enter', impact: 'enter', collection: 'carry' },
}

/** The first technique leads: rules list the one that says most about their stage first. */
export function stageOf(attack: readonly string[], techniques: Techniques): Stage {
  const technique = techniques[attack[0] ?? '']
  const tactic = leadingTactic(technique)
  if (technique === undefined || tactic === undefined) return 'other'
  return STAGES[tactic] ?? SHARED[technique.domain][tactic] ?? 'other'
}

/** Tactics a technique serves besides: said only where it serves no other. */
const BESIDES: ReadonlySet<string> = new Set(['defense-evasion', 'evasion', 'persistence', 'privilege-escalation'])

function leadingTactic(technique: Technique | undefined): string | undefined {
  return technique?.tactics.find((tactic) => !BESIDES.has(tactic)) ?? technique?.tactics[0]
}

/** `impair-process-control` as people write it. */
export function tacticOf(attack: readonly string[], techniques: Techniques): string {
  return (leadingTactic(techniques[attack[0] ?? '']) ?? '').replaceAll('-', ' ')
}
