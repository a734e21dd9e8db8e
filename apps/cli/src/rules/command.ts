/** `isthmus rules`: whether rules of one's own are understood, and what all rules cover of ATT&CK. */
import { loadContent, withRules } from '@isthmus/content'
import { attackLayer, type LayerDomain } from '@isthmus/content/attack-layer'
import type { Rule } from '@isthmus/detect'
import { LEVELS } from '@isthmus/model'
import type { Command } from '../command.ts'
import { type Style, styleOf } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'
import { harmless } from '../terminal/width.ts'
import { STATUS, UsageError } from '../usage.ts'
import { errorText, readOwnRules } from './own-rules.ts'

const DOMAINS: readonly string[] = ['ics', 'enterprise'] satisfies LayerDomain[]

export const rules: Command = {
  options: [
    { name: 'layer', value: 'DOMAIN', help: 'a layer for the ATT&CK Navigator instead of the list: ics or enterprise' },
    { name: 'all', help: 'list the rules that come with Isthmus too' },
  ],
  async run({ values, positionals }, console) {
    const { layer } = values
    if (layer !== undefined && !DOMAINS.includes(String(layer)))
      throw new UsageError(`--layer wants ics or enterprise, not "${String(layer)}"`)
    const content = withRules(loadContent(), await readOwnRules(positionals))
    const told = content.rules.filter((rule) => rule.generates && (rule.isOwn || values.all === true || positionals.length === 0))
    if (layer !== undefined) {
      const made = attackLayer(content.rules, content.techniques, content.attackVersion, layer as LayerDomain)
      console.out.write(`${JSON.stringify(made, undefined, 2)}\n`)
    } else console.out.write(`${listText(told, styleOf(console)).join('\n')}\n`)
    for (const error of content.errors) console.err.write(`isthmus: rule not used: ${harmless(errorText(error))}\n`)
    return content.errors.length === 0 ? STATUS.ok : STATUS.partly
  },
}

function listText(told: readonly Rule[], style: Style): string[] {
  const sorted = [...told].sort((a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || (a.name < b.name ? -1 : 1))
  return table(
    sorted,
    [
      { title: 'rule', text: ({ name }) => name, least: 16 },
      { title: 'level', text: ({ level }) => level },
      { title: 'engine', text: ({ engine }) => engine, minor: true },
      { title: 'ATT&CK', text: ({ attack }) => attack.join(' '), minor: true },
      { title: 'title', text: ({ title }) => title, least: 24 },
    ],
    style,
  )
}
