/** The head of the audit chain in the server's log, outside the database: against it a later check sees a tail cut off. */
import type { FastifyInstance } from 'fastify'
import type { Services } from '../services.ts'
import { readHead } from './audit.store.ts'

const TELL_MS = 3_600_000

/** Every hour and at the stop, when it moved. */
export function tellHeads(server: FastifyInstance, { database, guard }: Services): void {
  let told = 0
  const tell = async () => {
    const head = await readHead(database.app, guard.auditKey)
    if (!head || head.number === told) return
    told = head.number
    server.log.info({ number: head.number, hash: head.hash }, 'audit head')
  }
  const patiently = () => tell().catch((err: unknown) => server.log.error({ err }, 'audit head'))
  const timer = setInterval(() => void patiently(), TELL_MS).unref()
  server.addHook('onClose', async () => {
    clearInterval(timer)
    await patiently()
  })
}
