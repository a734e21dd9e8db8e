/** What rules cover of MITRE ATT&CK, as a layer of the ATT&CK Navigator: layer file format 4.5. */
import type { Rule } from '@isthmus/detect'
import type { Technique } from '@isthmus/model'

export type LayerDomain = Technique['domain']

export type Layer = {
  readonly name: string
  readonly versions: { readonly attack: string; readonly navigator: string; readonly layer: string }
  readonly domain: string
  readonly description: string
  readonly techniques: readonly {
    readonly techniqueID: string
    /** How many rules name it. */
    readonly score: number
    readonly comment: string
    readonly enabled: true
    readonly showSubtechniques: boolean
  }[]
  readonly gradient: { readonly colors: readonly string[]; readonly minValue: number; readonly maxValue: number }
  readonly hideDisabled: false
}

const NAMES: Readonly<Record<LayerDomain, string>> = { ics: 'ICS', enterprise: 'Enterprise' }

/** The names of the rules of each technique, both in order. */
export function rulesByTechnique(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const found = new Map<string, Rule[]>()
  for (const rule of rules) {
    if (!rule.generates) continue
    for (const id of rule.attack) found.set(id, [...(found.get(id) ?? []), rule])
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** `version` of ATT&CK: `18.1`. */
export function attackLayer(
  rules: readonly Rule[],
  techniques: Readonly<Record<string, Technique>>,
  version: string,
  domain: LayerDomain,
): Layer {
  const covered = [...rulesByTechnique(rules)].filter(([id]) => techniques[id]?.domain === domain)
  const most = Math.max(1, ...covered.map(([, of]) => of.length))
  const parents = new Set(covered.flatMap(([id]) => (id.includes('.') ? [id.split('.')[0]] : [])))
  return {
    name: `Isthmus detections, ${NAMES[domain]}`,
    versions: { attack: version.split('.')[0]!, navigator: '5.1.0', layer: '4.5' },
    domain: `${domain}-attack`,
    description: `Techniques of ATT&CK ${version} that rules name; the score is the number of rules.`,
    techniques: covered.map(([id, of]) => ({
      techniqueID: id,
      score: of.length,
      comment: of.map(({ name }) => name).join(', '),
      enabled: true,
      showSubtechniques: parents.has(id),
    })),
    gradient: { colors: ['#cfe3ff', '#0b4fa8'], minValue: 0, maxValue: most },
    hideDisabled: false,
  }
}
