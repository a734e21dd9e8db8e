/** What is detected without a rule of the content, as the catalogue shows it. */
import { ATTACK, EXCEEDED_RULE, EXCEEDED_TITLE, EXCEEDED_WORDING } from '@isthmus/respond'
import type { RuleText } from './library.ts'

export const BUILT_IN: readonly RuleText[] = [
  {
    name: EXCEEDED_RULE,
    title: EXCEEDED_TITLE,
    level: 'critical',
    engine: 'operation',
    category: 'authorised change',
    status: 'stable',
    attack: [...new Set(Object.values(ATTACK).flat())].sort(),
    description:
      'Work on a device that is under an authorised change, and is not what was authorised: another person, host, device, activity, program or time.',
    falsePositives: ['an order that does not name all who work under it, or all sections that are loaded'],
    misses: ['who works, where only accounts are ordered and the protocol shows none', 'the program, where it is not seen whole'],
    triage: [...EXCEEDED_WORDING.triage],
    references: [],
    ...(EXCEEDED_WORDING.procedure === undefined ? {} : { procedure: EXCEEDED_WORDING.procedure }),
    source: '# Raised from work orders, maintenance windows and remote sessions (packages/respond), not by a rule of the content.',
  },
]
