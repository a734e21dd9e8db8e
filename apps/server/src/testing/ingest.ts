/** The ingest worker beside a test's server, reading what is uploaded to it. */
import { pino } from 'pino'
import { type Ingest, type IngestOptions, startIngest } from '../ingest/ingest.ts'
import type { TestServer } from './server.ts'

export function startTestIngest({ test, services }: TestServer, more: Partial<IngestOptions> = {}): Ingest {
  return startIngest({
    url: test.url,
    folder: services.captures.folder,
    retentionDays: 90,
    notices: services.notices,
    log: pino({ level: 'silent' }),
    ...more,
  })
}
