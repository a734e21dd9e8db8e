import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { COMMANDS } from './commands.ts'
import { duration, nearest } from './options.ts'
import { table } from './terminal/table.ts'
import { fit, harmless, widthOf, wrap } from './terminal/width.ts'
import { run } from './testing/console.ts'
import { durationText, grouped, sizeText } from './text.ts'

const launcher = fileURLToPath(new URL('../bin/isthmus.js', import.meta.url))

test('every command has help that names its options', async () => {
  const { out } = await run([])
  for (const row of COMMANDS) {
    assert.match(out, new RegExp(`^ {2}${row.name} `, 'm'))
    const help = await run(['help', row.name])
    assert.equal(help.status, 0)
    for (const option of (await row.load()).options) assert.match(help.out, new RegExp(`--${option.name}`))
    assert.equal((await run([row.name, '--help'])).out, help.out)
  }
  assert.match((await run(['version'])).out, /^isthmus \d+\.\d+\.\d+\n$/)
})

test('the launcher passes arguments and exit status on', () => {
  const version = spawnSync(process.execPath, [launcher, 'version'], { encoding: 'utf8' })
  assert.match(version.stdout, /^isthmus \d/)
  const wrong = spawnSync(process.execPath, [launcher, 'nonsense'], { encoding: 'utf8' })
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /unknown command "nonsense"/)
})

/** Another Node of this machine than the pinned one. */
const other = (process.env.PATH ?? '')
  .split(':')
  .map((folder) => `${folder}/node`)
  .find((file) => {
    const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' })
    return typeof stdout === 'string' && /^v(2[0-35-9]|[3-9]\d)\./.test(stdout)
  })

test('started by another Node it runs on the pinned one', { skip: other === undefined ? 'no other Node on this machine' : false }, () => {
  const { stdout, status } = spawnSync(other!, [launcher, 'version'], { encoding: 'utf8' })
  assert.match(stdout, /^isthmus \d/)
  assert.equal(status, 0)
  assert.equal(spawnSync(other!, [launcher, 'nonsense']).status, 2)
})

test('what came from the wire cannot move the cursor', () => {
  assert.equal(harmless('PLC\u001b[2J\u0007\u202e'), 'PLC·[2J··')
  const [, row] = table([{ name: 'a\nb\u001b[31m' }], [{ title: 'Name', text: (r) => r.name }], { width: 40, paint: (t) => t })
  assert.equal(row, '  a·b·[31m')
})

test('text is cut and wrapped by the columns it takes', () => {
  assert.equal(fit('pump station', 6), 'pump…')
  assert.equal(widthOf('水処理'), 6)
  assert.equal(fit('水処理場', 5), '水処…')
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three'])
})

test('words for numbers', () => {
  assert.deepEqual(
    [grouped(1_234_567), sizeText(999), sizeText(12_345), sizeText(3_000_000_000)],
    ['1,234,567', '999 B', '12.3 kB', '3.0 GB'],
  )
  assert.deepEqual([durationText(1500), durationText(61_000_000), durationText(90_061_000_000)], ['2 ms', '1 min 1 s', '1 d 1 h'])
  assert.equal(duration('x', '1.5h'), 5_400_000_000)
  assert.equal(nearest('anaylze', ['analyze', 'show']), 'analyze')
  assert.equal(nearest('x', ['up']), undefined)
})
