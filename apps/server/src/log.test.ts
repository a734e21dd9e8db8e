import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'
import { createLog } from './log.ts'

describe('the log', () => {
  const lines = (write: (log: ReturnType<typeof createLog>) => void): string => {
    const out = new PassThrough()
    write(createLog('info', out))
    return String(out.read())
  }

  it('keeps the code of an error, and drops the row and values it is about', () => {
    const row = Object.assign(new Error('null value in column "name" violates not-null constraint'), {
      code: '23502',
      detail: 'Failing row contains (u1, $argon2id$v=19$planted)',
      where: 'planted',
      parameters: ['planted'],
    })
    const value = Object.assign(new Error('invalid input syntax for type bigint: "planted"'), { code: '22P02' })
    const text = lines((log) => {
      log.error({ err: row }, 'one')
      log.error({ err: new Error('outer', { cause: value }) }, 'two')
    })
    assert.match(text, /"code":"23502"/)
    assert.match(text, /"code":"22P02"/)
    assert.match(text, /violates not-null/)
    assert.match(text, /log\.test\.ts/, 'the stack is there')
    assert.ok(!text.includes('planted'), text)
  })

  it('cuts the codes that came with a request', () => {
    const text = lines((log) => log.info({ req: { body: { code: 'planted', current: 'planted' } }, body: { uri: 'planted' } }, 'asked'))
    assert.ok(!text.includes('planted') && text.includes('[cut]'), text)
  })
})
