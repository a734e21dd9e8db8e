import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openLive } from './live-capture.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-live-'))
})
after(() => rm(folder, { recursive: true }))

/** A capturing program that does what the script says. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(folder, name), 0o755)
}

test('the child writes, we read; its end is the end of the capture', async () => {
  await program('tcpdump', 'printf "bytes of %s" "$2"')
  const live = await openLive({ device: 'eth7', path: folder })
  assert.ok('chunks' in live)
  assert.equal(live.program, 'tcpdump')
  let text = ''
  for await (const chunk of live.chunks) text += Buffer.from(chunk).toString()
  assert.equal(text, 'bytes of eth7')
  assert.deepEqual(live.problems, [])
})

test('a child that fails says why', async () => {
  await program('tcpdump', 'echo "eth7: You do not have permission" >&2; exit 1')
  const live = await openLive({ device: 'eth7', path: folder })
  assert.ok('chunks' in live)
  for await (const _ of live.chunks);
  assert.match(live.problems[0]!.reason, /ended with status 1: eth7: You do not have permission/)
})

test('stop ends a capture in good order', async () => {
  await program('tcpdump', 'printf "capture started"; exec sleep 60')
  const live = await openLive({ device: 'eth7', path: folder })
  assert.ok('chunks' in live)
  for await (const _ of live.chunks) live.stop()
  assert.deepEqual(live.problems, [])
})

test('without a capturing program, or with an option for a name, nothing starts', async () => {
  assert.match(((await openLive({ device: 'eth7', path: '/nonexistent' })) as { reason: string }).reason, /neither dumpcap nor tcpdump/)
  assert.match(((await openLive({ device: '-w/etc/x', path: folder })) as { reason: string }).reason, /not an interface/)
})
