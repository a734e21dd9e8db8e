/** A server's ingest by itself, to be killed: reads what waits in a data folder, says when nothing is left. Only for kill.test.ts. */
import { pino } from 'pino'
import { startEmbedded } from '../database/embedded.ts'
import { Notices } from '../events/notices.ts'
import { startIngest } from './ingest.ts'

const [dataFolder = '', captures = ''] = process.argv.slice(2)
const { url } = await startEmbedded({ dataFolder })
const notices = new Notices()
const ingest = startIngest({ url, folder: captures, retentionDays: 90, notices, log: pino({ level: 'error' }, pino.destination(2)) })
process.stdout.write('started\n')
await ingest.idle()
await ingest.stop()
process.stdout.write('idle\n')
