/**
 * p95 of the first page of every list at 10,000 assets, 1,000,000 sessions and 100,000 alerts, over HTTP on loopback.
 *
 *   node apps/server/src/bench/api-bench.ts [--rounds 40] [--json]
 */
import { parseArgs } from 'node:util'
import { LARGE, SMALL, seed } from '../testing/seed.ts'
import { type Client, startTestServer } from '../testing/server.ts'

export type Figure = { readonly path: string; readonly p50: number; readonly p95: number; readonly max: number }

/** What the console asks for first, with the filters people use. */
const ASKED = [
  '/assets?limit=100',
  '/assets?site=seed&sort=name&limit=100',
  '/assets?type=plc',
  '/assets?vendor=Siemens&sort=-vendor',
  '/assets?q=10.0.4',
  '/assets?level=1',
  '/assets?role=controller',
  '/sessions',
  '/sessions?site=seed&protocol=modbus',
  '/sessions?state=rejected',
  '/sessions?asset=asset-00000007',
  '/sessions?q=10.0.0.8',
  '/sessions?q=10.0.1',
  '/operations',
  '/operations?access=program',
  '/operations?server=asset-00000007',
  '/operations?q=write',
  '/tags',
  '/tags?written=true',
  '/tags?asset=asset-00000007',
  '/tags?q=holding%20999',
  '/tags/tag-10/samples',
  '/findings',
  '/findings?rule=rule-3',
  '/findings?alert=alert-00000009',
  '/alerts',
  '/alerts?state=open',
  '/alerts?state=open&level=critical',
  '/alerts?sort=last&state=open',
  '/alerts?q=stopped',
  '/alerts?q=nothing-like-this',
  '/alerts?asset=asset-00000007',
  '/alerts?assignee=me',
  '/alerts?assignee=none&state=new',
  '/alerts?incident=incident-3',
  '/alerts/alert-00000009',
  '/incidents',
  '/incidents?state=open',
  '/incidents/incident-3',
  '/assets/asset-00000007',
  '/assets/asset-00000007/peers',
  '/captures',
  '/coverage',
  '/audit',
  '/sites',
  '/overview',
  '/overview?site=seed',
  '/me',
]

export async function benchApi(rounds: number, volume = LARGE, say: (line: string) => void = () => undefined): Promise<Figure[]> {
  const server = await startTestServer()
  try {
    const from = performance.now()
    await seed(server.test.database, 'seed', volume)
    say(`seeded in ${Math.round((performance.now() - from) / 1000)} s`)
    await seed(server.test.database, 'small', SMALL).catch(() => undefined)
    const person = await server.person('bench', [{ role: 'administrator', site: null }])
    const address = await server.http.listen({ host: '127.0.0.1', port: 0 })
    const figures: Figure[] = []
    for (const path of ASKED) figures.push(await measure(address, person, path, rounds))
    return figures
  } finally {
    await server.close()
  }
}

async function measure(address: string, { cookie }: Client, path: string, rounds: number): Promise<Figure> {
  const times: number[] = []
  for (let i = 0; i < rounds; i++) {
    const from = performance.now()
    const answer = await fetch(`${address}/api/v1${path}`, { headers: { cookie } })
    const text = await answer.text()
    times.push(performance.now() - from)
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text.slice(0, 500)}`)
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { path, p50: at(0.5), p95: at(0.95), max: at(1) }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '40' },
      small: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  })
  const figures = await benchApi(Number(values.rounds), values.small ? SMALL : LARGE, console.error)
  if (values.json) console.log(JSON.stringify(figures))
  else
    for (const { path, p50, p95, max } of figures)
      console.log(
        `${path.padEnd(44)} p50 ${p50.toFixed(1).padStart(7)} ms   p95 ${p95.toFixed(1).padStart(7)} ms   max ${max.toFixed(1).padStart(7)} ms${p95 > 100 ? '   OVER' : ''}`,
      )
}
