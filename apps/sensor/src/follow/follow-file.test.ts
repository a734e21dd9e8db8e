import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { MAX_LINE } from '@isthmus/sources'
import { followFile } from './follow-file.ts'
import type { FilePosition } from './open-text.ts'

describe('a file that grows', { timeout: 60_000 }, () => {
  let root = ''
  let path = ''
  let made = 0
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'isthmus-follow-'))
  })
  beforeEach(async () => {
    path = join(root, `eve-${made++}.json`)
  })
  after(() => rm(root, { recursive: true }))

  /** A run of the follower, with what it gave so far. */
  function follow(from?: FilePosition, bytesASecond = Number.POSITIVE_INFINITY) {
    const stop = new AbortController()
    const lines: (string | undefined)[] = []
    const troubles: (string | undefined)[] = []
    let position = from
    const trouble = (why: string | undefined) => troubles.push(why)
    const over = (async () => {
      for await (const found of followFile(path, { from, signal: stop.signal, trouble, bytesASecond, pollMs: 10, graceMs: 60 })) {
        lines.push(...found.lines)
        position = found.position
      }
    })()
    return {
      lines,
      troubles,
      async has(count: number) {
        for (let i = 0; i < 500 && lines.length < count; i++) await sleep(10)
        // What comes beyond that would be a double.
        await sleep(100)
        assert.equal(lines.length, count, lines.join('|').slice(0, 500))
      },
      async end(): Promise<FilePosition | undefined> {
        stop.abort()
        await over
        return position
      },
    }
  }

  it('may be missing at first, and its lines come whole, in whatever pieces they are written', async () => {
    const run = follow()
    await sleep(50)
    assert.match(run.troubles.join(), /^cannot be opened: /)
    const third = Buffer.from('caf\u00e9\n')
    await writeFile(path, 'one\ntw')
    await run.has(1)
    // In the middle of a letter of two bytes.
    await appendFile(path, Buffer.concat([Buffer.from('o\n'), third.subarray(0, 4)]))
    await run.has(2)
    await appendFile(path, third.subarray(4))
    await run.has(3)
    await run.end()
    assert.deepEqual(run.lines, ['one', 'two', 'caf\u00e9'])
    assert.equal(run.troubles.at(-1), undefined)
  })

  it('is followed when it is renamed, while its writer still writes to it', async () => {
    await writeFile(path, 'one\n')
    const run = follow()
    await run.has(1)
    await rename(path, `${path}.1`)
    await appendFile(`${path}.1`, 'two\n')
    await run.has(2)
    await writeFile(path, 'four\n')
    await appendFile(`${path}.1`, 'three, and no line end')
    await run.has(4)
    await run.end()
    assert.deepEqual(run.lines, ['one', 'two', 'three, and no line end', 'four'])
  })

  it('stays with a writer that nobody told of the rotation', async () => {
    await writeFile(path, 'one\n')
    const run = follow()
    await run.has(1)
    await rename(path, `${path}.1`)
    await writeFile(path, '')
    await sleep(150)
    await appendFile(`${path}.1`, 'two\n')
    await run.has(2)
    await run.end()
  })

  it('is read in order when it is rotated faster than it is read', async () => {
    await writeFile(path, 'one\n')
    const run = follow()
    await run.has(1)
    await rename(path, `${path}.1`)
    await writeFile(path, 'two\n')
    await sleep(30)
    await rename(`${path}.1`, `${path}.2`)
    await rename(path, `${path}.1`)
    await writeFile(path, 'three\n')
    await run.has(3)
    await run.end()
    assert.deepEqual(run.lines, ['one', 'two', 'three'])
  })

  it('is begun anew when it is emptied, also where it has grown beyond what was read', async () => {
    await writeFile(path, 'one\n')
    const run = follow()
    await run.has(1)
    await truncate(path)
    await sleep(50)
    await appendFile(path, 'two\n')
    await run.has(2)
    await writeFile(path, 'three, longer than what was there\n')
    await run.has(3)
    await run.end()
    assert.deepEqual(run.lines, ['one', 'two', 'three, longer than what was there'])
  })

  it('gives what was written between reading and emptying where a copy was made of it', async () => {
    await writeFile(path, 'one\n')
    const first = follow()
    await first.has(1)
    const position = await first.end()
    await appendFile(path, 'two\n')
    await copyFile(path, `${path}-20260131`)
    await truncate(path)
    await appendFile(path, 'three\n')
    const second = follow(position)
    await second.has(2)
    await second.end()
    assert.deepEqual(second.lines, ['two', 'three'])
  })

  it('goes on where it ended, without a line lost or doubled: in the same file, and after rotations meanwhile', async () => {
    await writeFile(path, 'one\nhal')
    const first = follow()
    await first.has(1)
    const begun = await first.end()
    await appendFile(path, 'f\n')
    const second = follow(begun)
    await second.has(1)
    const then = await second.end()
    assert.deepEqual(second.lines, ['half'])
    await appendFile(path, 'three\n')
    await rename(path, `${path}.2`)
    await sleep(20)
    await writeFile(`${path}.1`, 'four\n')
    await writeFile(`${path}.1.gz`, 'not to be read\n')
    await sleep(20)
    await writeFile(path, 'five\n')
    const third = follow(then)
    await third.has(3)
    await third.end()
    assert.deepEqual(third.lines, ['three', 'four', 'five'])
  })

  it('is read from its beginning where it is another one by now', async () => {
    await writeFile(path, 'one\ntwo\n')
    const first = follow()
    await first.has(2)
    const position = await first.end()
    await writeFile(path, 'another\ntext, and a longer one\n')
    const second = follow(position)
    await second.has(2)
    await second.end()
  })

  it('may hold a line without end: it is left out, and memory stays flat', async () => {
    const run = follow()
    await writeFile(path, 'one\n')
    const filler = Buffer.alloc(8 * MAX_LINE, 0x78)
    await run.has(1)
    const before = process.memoryUsage().rss
    for (let i = 0; i < 16; i++) await appendFile(path, filler)
    await appendFile(path, '\ntwo\n')
    await run.has(3)
    assert.ok(process.memoryUsage().rss - before < 64e6, 'a line of 128 MB is not held')
    await run.end()
    assert.deepEqual(run.lines, ['one', undefined, 'two'])
  })

  it('is read at a bounded pace: what is beyond waits, and that it does is said until it is read', async () => {
    const line = `${'x'.repeat(999)}\n`
    await writeFile(path, line.repeat(1200))
    const from = performance.now()
    const run = follow(undefined, 100_000)
    for (let i = 0; i < 60 && !run.troubles.includes('is written faster than it is read'); i++) await sleep(50)
    const seconds = (performance.now() - from) / 1000
    assert.ok(run.lines.length <= 100 * (2 + seconds), `${run.lines.length} lines in ${seconds} s`)
    assert.deepEqual(run.troubles, ['is written faster than it is read'])
    await truncate(path, 0)
    await writeFile(path, 'short\n')
    for (let i = 0; i < 100 && run.lines.at(-1) !== 'short'; i++) await sleep(50)
    await run.end()
    assert.deepEqual([run.lines.at(-1), run.troubles.at(-1)], ['short', undefined])
  })

  it('is not a folder or a pipe', async () => {
    const pipe = join(root, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (path of [root, pipe]) {
      const run = follow()
      await sleep(50)
      await run.end()
      assert.deepEqual(run.troubles, ['is not a file'])
    }
  })
})
