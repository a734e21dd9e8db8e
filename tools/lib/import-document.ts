/** Which columns of other products' logs a rule may name, and what of ours stands behind them: written from the tables themselves. */
import { categoryOf, type ForeignField, type ForeignLog, GENERIC_LOGS, ZEEK_LOGS } from '@isthmus/detect'

export function importDocument(): string {
  return `${[
    '# Rules for other products',
    'Sigma rules written for logs of Zeek and for Sigma’s generic log sources of the network run over our observations: columns are read from the fields below, in the words of the log. A rule that names a column which is not here is refused by name, with file and line; the others work on. Written by `node tools/rule-catalogue.ts --update` from `packages/detect/src/foreign`.',
    'A log with several rows has observations of several kinds: a rule may name columns of one row. Where the column of ours is marked with \\*, its value is translated to what the log says.',
    'What to know: a line of `conn`, `firewall` and `network_connection` is told when the connection is over; paths of web requests hold masks instead of secrets and are cut after 512 characters; repeated observations are one with a count, and counted as many.',
    '## `product: zeek`',
    tableOf(ZEEK_LOGS, 'service'),
    '## Generic log sources, without a product',
    tableOf(GENERIC_LOGS, 'category'),
    '## Refused with a reason of its own',
    [...refusals(ZEEK_LOGS, 'zeek'), ...refusals(GENERIC_LOGS, 'category')].join('\n'),
  ].join('\n\n')}\n`
}

function tableOf(logs: Readonly<Record<string, ForeignLog>>, key: string): string {
  const rows = Object.entries(logs).flatMap(([name, { protocols, views }]) =>
    views.map(({ kinds, fields }, i) => {
      const columns = Object.entries(fields)
        .filter(([column]) => !ENDS.has(column))
        .map(([column, field]) => `\`${column}\` ${behind(field)}`)
      const spoken = protocols === undefined ? '' : ` of ${protocols.join(', ')}`
      return `| ${i === 0 ? `\`${name}\`` : ''} | ${kinds.map(categoryOf).join(', ')}${spoken} | ${columns.join(' · ') || 'the two ends'} |`
    }),
  )
  return [
    `| ${key} | Observations | Columns, and our field |`,
    '|---|---|---|',
    ...rows,
    '',
    'Every row also has the two ends: `id.orig_h` `src_ip` client.ip · `id.orig_p` `src_port` client.port · `id.resp_h` `dst_ip` server.ip · `id.resp_p` `dst_port` server.port (with other names where the log source has others), and `ts` for parts of the time, as `ts|hour`.',
  ].join('\n')
}

const ENDS: ReadonlySet<string> = new Set([
  'ts',
  'id.orig_h',
  'id.orig_p',
  'id.resp_h',
  'id.resp_p',
  'src_ip',
  'src_port',
  'dst_ip',
  'dst_port',
])

function behind(field: ForeignField): string {
  return typeof field === 'string' ? field : `${field.from}\\*`
}

function refusals(logs: Readonly<Record<string, ForeignLog>>, product: string): string[] {
  const byReason = new Map<string, string[]>()
  for (const [name, { lacks }] of Object.entries(logs))
    for (const [column, reason] of Object.entries(lacks ?? {})) {
      const known = byReason.get(reason) ?? []
      byReason.set(reason, [...known, `${product}/${name} \`${column}\``])
    }
  return [...byReason].map(([reason, columns]) => `- ${columns.join(', ')}: ${reason}`)
}
