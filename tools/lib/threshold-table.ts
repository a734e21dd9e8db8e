/** Every threshold of every rule with its published default, as a document. */
import { catalogueOf, type Rule, type RuleSource, type Settable, type Threshold } from '@isthmus/detect'

export function thresholdTable(sources: readonly RuleSource[], rules: readonly Rule[]): string {
  const catalogue = [...catalogueOf(sources, rules).values()]
  const titles = new Map(rules.map((rule) => [rule.name, rule.title]))
  const leads = catalogue.filter(({ speaks }) => speaks).sort((a, b) => (a.name < b.name ? -1 : 1))
  const rows = leads.flatMap((lead) => {
    const family = [lead, ...catalogue.filter((other) => other.file === lead.file && !other.speaks)]
    return family.flatMap((one) => one.thresholds.map((threshold) => row(lead, titles.get(lead.name) ?? lead.name, one.name, threshold)))
  })
  return `# Thresholds

Generated from content/detections. Each is a [setting](../../packages/detect/README.md#settings) of its rule, for all sites or for one: in the console under Rules, by the API, or in a file for \`isthmus analyze --settings\`. A rule in brackets feeds the one before it, and is the one to name. Each default is tested just below, at and just beyond (\`tools/thresholds.test.ts\`).

| rule | engine | threshold | of | published | from | to |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

function row({ name, engine }: Settable, title: string, owner: string, { key, of, default: usual, kind, least, most }: Threshold): string {
  const say = (bound: number) => (kind === 'time' ? timeOf(bound) : String(bound))
  const rule = `[${title}](${engine}.md#${name})${owner === name ? '' : ` (\`${owner}\`)`}`
  return `| ${rule} | ${engine} | \`${key}\` | ${kind === 'time' ? 'time' : of} | ${usual} | ${say(least)} | ${say(most)} |`
}

/** Bounds are whole days or seconds. */
function timeOf(us: number): string {
  return us > 0 && us % 86_400e6 === 0 ? `${us / 86_400e6}d` : `${us / 1e6}s`
}
