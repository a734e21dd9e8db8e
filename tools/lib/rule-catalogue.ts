/** The rules in force as documents for people: a page an engine, the coverage of ATT&CK, and its layers. */
import { attackLayer, rulesByTechnique } from '@isthmus/content/attack-layer'
import type { Rule, RuleSource } from '@isthmus/detect'
import { LEVELS, type Technique } from '@isthmus/model'
import { type Stage, stageOf } from '@isthmus/respond'
import { importDocument } from './import-document.ts'

export type Attack = { readonly version: string; readonly techniques: Readonly<Record<string, Technique>> }
type Doc = Readonly<Record<string, unknown>>

const ENGINES: readonly (readonly [engine: Rule['engine'], title: string, about: string])[] = [
  ['threat', 'Known threats', 'What intruders and their tools do, whatever is usual at the site. Speak from the first packet.'],
  [
    'operation',
    'Operations',
    'What changes how the plant runs: modes, programs, firmware, forced values, restarts. Speak from the first packet.',
  ],
  ['policy', 'Policy and baseline', 'What has not been seen here before. Silent until the site is learnt.'],
  ['anomaly', 'Anomalies', 'What is unusual in amount, pace or value.'],
  ['violation', 'Protocol violations', 'What breaks the specification of its protocol, or is spoken where another protocol belongs.'],
  ['custom', 'Custom', 'Rules without an engine of their own.'],
]
/** What an intruder does there. */
const STAGES: readonly (readonly [stage: Stage, title: string])[] = [
  ['look', 'Looking around'],
  ['enter', 'Getting into hosts'],
  ['carry', 'Carrying data and orders'],
  ['act', 'Acting on the process'],
  ['other', 'Other'],
]
const DOMAINS = { ics: 'ICS', enterprise: 'Enterprise' } as const
/** Tactics in the order of an intrusion. */
const TACTICS: readonly string[] = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'inhibit-response-function',
  'impair-process-control',
  'impact',
]

/** File name → text. */
export function ruleCatalogue(sources: readonly RuleSource[], rules: readonly Rule[], attack: Attack): ReadonlyMap<string, string> {
  const documents = new Map(sources.map(({ document }) => [(document as Doc).name, document as Doc]))
  const told = rules.filter((rule) => rule.generates)
  const files = new Map<string, string>()
  const engines = ENGINES.filter(([engine]) => told.some((rule) => rule.engine === engine))
  for (const [engine, title, about] of engines) {
    const own = told.filter((rule) => rule.engine === engine).sort(byLevel)
    files.set(`${engine}.md`, page([`# ${title}`, about, ...byStage(own, documents, attack)]))
  }
  const layers = (['ics', 'enterprise'] as const).map((domain) => attackLayer(rules, attack.techniques, attack.version, domain))
  for (const layer of layers) files.set(`layer-${layer.domain}.json`, `${JSON.stringify(layer, undefined, 2)}\n`)
  files.set('import.md', importDocument())
  files.set('README.md', front(told, engines, attack))
  return files
}

function page(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}

function byLevel(a: Rule, b: Rule): number {
  return LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || (a.title < b.title ? -1 : 1)
}

function front(told: readonly Rule[], engines: typeof ENGINES, attack: Attack): string {
  const rows = engines.map(([engine, title, about]) => {
    const own = told.filter((rule) => rule.engine === engine)
    return `| [${title}](${engine}.md) | ${own.length} | ${about} |`
  })
  const coverage = (['ics', 'enterprise'] as const).flatMap((domain) => [
    `## Coverage of ATT&CK for ${DOMAINS[domain]}`,
    `ATT&CK ${attack.version}. A technique is listed where a rule names it: what a rule sees of it, and what it misses, stands with the rule. As a layer for the ATT&CK Navigator: [layer-${domain}-attack.json](layer-${domain}-attack.json).`,
    coverageTable(told, attack, domain),
  ])
  return page([
    '# Rules',
    `${told.length} rules, as they stand in \`content/detections\`. Written by \`node tools/rule-catalogue.ts --update\`; a test holds it. How a rule is written: [packages/detect](../../packages/detect/README.md); rules for other products: [import.md](import.md).`,
    ['| Engine | Rules | |', '|---|---|---|', ...rows].join('\n'),
    ...coverage,
  ])
}

function coverageTable(told: readonly Rule[], { techniques }: Attack, domain: Technique['domain']): string {
  const lines = ['| Tactic | Technique | Rules |', '|---|---|---|']
  const covered = [...rulesByTechnique(told)].filter(([id]) => techniques[id]?.domain === domain)
  for (const tactic of TACTICS) {
    let isFirst = true
    for (const [id, of] of covered) {
      if (techniques[id]!.tactics[0] !== tactic) continue
      lines.push(`| ${isFirst ? words(tactic) : ''} | ${techniqueLink(id, techniques)} | ${of.map(ruleLink).join(', ')} |`)
      isFirst = false
    }
  }
  return lines.join('\n')
}

/** The titles of all rules, stage by stage, then the rules in that order. */
function byStage(rules: readonly Rule[], documents: ReadonlyMap<unknown, Doc>, attack: Attack): string[] {
  const stages = STAGES.map(([stage, title]) => ({ title, own: rules.filter((rule) => stageOf(rule.attack, attack.techniques) === stage) }))
  const filled = stages.filter(({ own }) => own.length > 0)
  const titles = filled.map(
    ({ title, own }) => `**${title}**\n\n${own.map((rule) => `- ${rule.level}: [${rule.title}](#${rule.name})`).join('\n')}`,
  )
  return [...titles, ...filled.flatMap(({ title, own }) => [`## ${title}`, ...own.map((rule) => section(rule, documents, attack))])]
}

function section(rule: Rule, documents: ReadonlyMap<unknown, Doc>, { techniques }: Attack): string {
  const { wording } = rule
  const doc = documents.get(rule.name)!
  const facts = [`\`${rule.name}\``, `level ${rule.level}`, rule.status, ...rule.attack.map((id) => techniqueLink(id, techniques))]
  const lines = [
    `- **Fires on** ${conditionOf(doc, documents)}`,
    ...list('Misses', rule.misses),
    ...list('Fires wrongly on', rule.falsePositives),
  ]
  return page([
    `<a id="${rule.name}"></a>`,
    `### ${rule.title}`,
    facts.join(' · '),
    plain(`${rule.description} ${wording.means}`.trim()),
    lines.join('\n'),
    ['Triage:', ...wording.triage.map((line) => `- ${plain(line)}`)].join('\n'),
  ]).trimEnd()
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`- **${title}** ${items.join('; ')}`]
}

/** What the document asks for, in words. */
function conditionOf(doc: Doc, documents: ReadonlyMap<unknown, Doc>): string {
  const correlation = doc.correlation as Doc | undefined
  if (correlation !== undefined) return correlationOf(correlation, documents)
  const source = sourceOf(doc)
  for (const [key, verb] of MEMORIES) {
    const map = doc[key] as Doc | undefined
    if (map === undefined) continue
    const field = map.field === undefined ? '' : ` of \`${String(map.field)}\``
    return `${source}, ${verb}${field} for ${names(map['group-by'])}`
  }
  return source
}

const MEMORIES: readonly (readonly [key: string, verb: string])[] = [
  ['first_seen', 'seen for the first time'],
  ['outside_range', 'outside the range'],
  ['out_of_habit', 'breaking the habits'],
  ['above_usual', 'far more than usual'],
]

function correlationOf(c: Doc, documents: ReadonlyMap<unknown, Doc>): string {
  const bases = (Array.isArray(c.rules) ? c.rules : [c.rules]).map(String)
  const per = c['group-by'] === undefined ? '' : `, per ${names(c['group-by'])}`
  const condition = (c.condition ?? {}) as Doc
  const bounds = Object.entries(condition)
    .filter(([key]) => key !== 'field')
    .map(([key, n]) => `${SIGNS[key] ?? key} ${String(n)}`)
    .join(' and ')
  const of = bases.map((base) => `\`${base}\` (${sourceOf(documents.get(base) ?? {})})`)
  const within = `within ${String(c.timespan)}${per}`
  if (c.type === 'temporal') return `${of.join(', ')} together ${within}`
  if (c.type === 'temporal_ordered') return `${of.join(', then ')} ${within}`
  const field = condition.field ?? c.field
  const what = c.type === 'event_count' ? 'times' : `${MEASURES[String(c.type)] ?? ''} \`${String(field)}\` of`
  return c.type === 'event_count' ? `${of.join(' or ')} ${bounds} ${what} ${within}` : `${bounds} ${what} ${of.join(' or ')} ${within}`
}

const SIGNS: Readonly<Record<string, string>> = {
  gte: 'at least',
  gt: 'more than',
  lte: 'at most',
  lt: 'fewer than',
  eq: 'exactly',
  neq: 'not',
}
const MEASURES: Readonly<Record<string, string>> = { value_count: 'different', value_sum: 'in all of', value_avg: 'on average of' }

function sourceOf(doc: Doc): string {
  const logsource = doc.logsource as Doc | undefined
  if (logsource === undefined) return 'a correlation of others'
  return logsource.category === undefined ? 'any observation' : `\`${String(logsource.category)}\``
}

function names(value: unknown): string {
  return (Array.isArray(value) ? value : [value]).map((name) => `\`${String(name)}\``).join(', ')
}

function techniqueLink(id: string, techniques: Attack['techniques']): string {
  return `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/) ${techniques[id]?.name ?? ''}`.trim()
}

function ruleLink({ name, engine }: Rule): string {
  return `[${name}](${engine}.md#${name})`
}

/** What is filled in when an alert is raised, as a word. */
function plain(line: string): string {
  return line.replace(/\{([^{}]+)\}/g, (_, name: string) => (name === 'client' || name === 'server' ? `the ${name}` : `\`${name}\``))
}

function words(tactic: string): string {
  return tactic.replaceAll('-', ' ')
}
