import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { listenForLines } from './listen.ts'

describe('a socket that is listened on', { timeout: 30_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-listen-'))
  after(() => rmSync(folder, { recursive: true }))
  let made = 0
  const running: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of running.splice(0)) await stop()
  })

  function listening(path: string, bytesASecond?: number) {
    const stop = new AbortController()
    const lines: (string | undefined)[] = []
    const said = { dropped: 0, troubles: [] as (string | undefined)[] }
    const over = listenForLines(path, {
      signal: stop.signal,
      take: (some) => void lines.push(...some),
      dropped: (some) => (said.dropped += some),
      trouble: (why) => void said.troubles.push(why),
      ...(bytesASecond === undefined ? {} : { bytesASecond }),
    })
    const end = async () => {
      stop.abort()
      await over
    }
    return { lines, said, over, end }
  }
  const place = () => join(folder, `s${made++}`)
  async function until(isSo: () => boolean): Promise<void> {
    for (let i = 0; i < 500 && !isSo(); i++) await sleep(10)
    assert.ok(isSo())
  }
  /** One that listens by now, and ends with its test. */
  async function started(path: string, bytesASecond?: number) {
    const heard = listening(path, bytesASecond)
    running.push(heard.end)
    await until(() => heard.said.troubles.length > 0)
    return heard
  }
  async function writer(path: string) {
    const socket = connect(path)
    await once(socket, 'connect')
    return socket
  }

  it('gives the last line of a writer that was cut off', async () => {
    const path = place()
    const heard = await started(path)
    const socket = await writer(path)
    socket.end('one\ntwo')
    await until(() => heard.lines.length === 2)
    assert.deepEqual(
      [heard.lines, heard.said.troubles.slice(0, 2)],
      [
        ['one', 'two'],
        ['has no writer connected', undefined],
      ],
    )
  })

  it('passes over what comes too fast, counts it, and goes on with a whole line', async () => {
    const path = place()
    const heard = await started(path, 100_000)
    const socket = await writer(path)
    const line = `${'x'.repeat(999)}\n`
    if (!socket.write(line.repeat(2000))) await once(socket, 'drain')
    await until(() => heard.said.dropped > 1000)
    // The second in which too much came is over.
    await sleep(1100)
    socket.write('half\nwhole\n')
    await until(() => heard.lines.at(-1) === 'whole')
    const taken = heard.lines.filter((text) => text?.length === 999).length
    assert.ok(taken <= 200 && taken > 0, `${taken} taken`)
    assert.deepEqual(
      [...new Set(heard.lines)].map((text) => text?.slice(0, 5)).filter((text) => text !== 'xxxxx' && text !== 'half'),
      ['whole'],
    )
    assert.ok(heard.said.dropped + heard.lines.length >= 2000, `${heard.said.dropped} dropped`)
  })

  it('is taken over from a server that was killed, and from nothing that lives', async () => {
    const path = place()
    const dead = spawn(process.execPath, ['-e', `require('node:net').createServer().listen(${JSON.stringify(path)})`])
    await until(() => existsSync(path))
    dead.kill('SIGKILL')
    await once(dead, 'exit')
    assert.ok(existsSync(path))
    const heard = await started(path)
    ;(await writer(path)).end('one\n')
    await until(() => heard.lines.length === 1)
    await assert.rejects(listening(path).over, /is listened on by another program/)
    const file = place()
    writeFileSync(file, 'mine')
    await assert.rejects(listening(file).over, /is there already, and no socket/)
    assert.ok(existsSync(file))
    await assert.rejects(listening(join(folder, 'absent', 's')).over, /cannot listen: /)
  })

  it('one writer that floods takes no room from another', async () => {
    const path = place()
    const heard = await started(path, 100_000)
    const flood = await writer(path)
    const quiet = await writer(path)
    flood.on('error', () => undefined)
    if (!flood.write(`${'x'.repeat(999)}\n`.repeat(2000))) await once(flood, 'drain')
    await until(() => heard.said.dropped > 1000)
    quiet.write('heard\n')
    await until(() => heard.lines.includes('heard'))
  })

  it('takes no socket away that lives but answers nobody now', async () => {
    const path = place()
    // Its queue is full, and nobody takes from it.
    const asleep = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'
    const stopped = spawn(process.execPath, [
      '-e',
      `require('node:net').createServer().listen({ path: ${JSON.stringify(path)}, backlog: 1 }, () => ${asleep})`,
    ])
    await until(() => existsSync(path))
    const { ino } = lstatSync(path)
    const waiting = Array.from({ length: 5 }, () => connect(path))
    for (const socket of waiting) socket.on('error', () => undefined)
    await sleep(200)
    await assert.rejects(listening(path).over, /is listened on by another program/)
    assert.equal(lstatSync(path).ino, ino)
    for (const socket of waiting) socket.destroy()
    stopped.kill('SIGKILL')
    await once(stopped, 'exit')
  })

  it('listens in no folder where anybody may put another socket in its place', async () => {
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    await assert.rejects(listening(join(open, 's')).over, /everybody may write to its folder/)
    chmodSync(open, 0o1777)
    await started(join(open, 's'))
  })

  it('closes on who never said a line when another comes, and on nobody else', async () => {
    const path = place()
    const heard = await started(path)
    const speaker = await writer(path)
    speaker.write('one\n')
    await until(() => heard.lines.length === 1)
    const idle = await writer(path)
    idle.on('error', () => undefined)
    const gone = new Promise((done) => idle.once('close', done))
    for (let i = 2; i < 16; i++) await writer(path)
    idle.write('no line')
    const late = await writer(path)
    await gone
    late.write('two\n')
    speaker.write('three\n')
    await until(() => heard.lines.includes('two') && heard.lines.includes('three'))
    assert.ok(!heard.said.troubles.some((why) => why?.startsWith('has more than')))
  })

  it('has no other rights than its own at any moment, whatever the umask', async () => {
    const path = place()
    // Looks as fast as it can: the first rights that are seen are those it came with.
    const look = `const { lstatSync } = require('node:fs'); const { workerData, parentPort } = require('node:worker_threads')
      parentPort.postMessage('looks')
      for (;;) { const found = lstatSync(workerData, { throwIfNoEntry: false }); if (found) { parentPort.postMessage(found.mode & 0o777); break } }`
    const watcher = new Worker(look, { eval: true, workerData: path })
    await once(watcher, 'message')
    const seen = once(watcher, 'message')
    const usual = process.umask(0)
    try {
      await started(path)
      assert.deepEqual(await seen, [0o660])
    } finally {
      process.umask(usual)
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('.')),
      [],
    )
  })

  it('says that a path is too long', async () => {
    await assert.rejects(listening(join(folder, 'x'.repeat(100))).over, /its path is too long/)
  })

  it('closes on who is one too many', async () => {
    const path = place()
    const heard = await started(path)
    const first = await writer(path)
    const writers = [first, ...(await Promise.all(Array.from({ length: 15 }, () => writer(path))))]
    for (const socket of writers) socket.write('hello\n')
    await until(() => heard.lines.length === 16)
    const late = await writer(path)
    await once(late, 'close')
    assert.equal(heard.said.troubles.at(-1), 'has more than 16 writers: the last was not let in')
    first.write('one\n')
    await until(() => heard.lines.length === 17)
    await heard.end()
    assert.ok(!existsSync(path))
  })
})
