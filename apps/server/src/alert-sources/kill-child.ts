/** Follows one file of alerts, to be killed. Only for kill.test.ts. */
import { connect } from '../database/connect.ts'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { followAlerts } from './follow-alerts.ts'
import { WAITS } from './pass-on.ts'

const [url = '', site = '', place = ''] = process.argv.slice(2)
const database = connect({ url })
const fold = new Fold(site, database, new Partitions(database.owner), loadFoldOptions(), () => undefined)
process.stdout.write('started\n')
await followAlerts({
  database,
  sources: [{ site, place, kind: 'file' }],
  foldOf: () => fold,
  signal: new AbortController().signal,
  nowUs: () => Date.now() * 1000,
  patiently: (work) => work(),
  told: () => undefined,
  warn: () => undefined,
  // Often, so that a kill meets every step.
  waits: { ...WAITS, lookMs: 20 },
  saveMs: 20,
})
