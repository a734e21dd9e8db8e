import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { openDataFolder, readKey } from './data-folder.ts'

describe('the data folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-data-'))
  after(() => rmSync(root, { recursive: true }))
  const rights = (path: string) => statSync(path).mode & 0o777

  it("is nobody else's to read", () => {
    const data = join(root, 'new')
    openDataFolder(data)
    assert.equal(rights(data) & 0o066, 0)
    assert.equal(rights(join(data, 'captures')), 0o700)
    const shared = join(root, 'shared')
    mkdirSync(shared, { mode: 0o755 })
    openDataFolder(shared)
    assert.equal(rights(shared), 0o755, 'a folder of somebody is not closed for the others in it')
    const closed = join(root, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    openDataFolder(closed)
    readKey(closed)
    openDataFolder(closed)
    assert.equal(rights(closed), 0o700, 'or the database would be looked for elsewhere than at the first start')
  })

  it('holds a key that is whole or not there: a disk that is full leaves no empty one', {
    skip: process.platform !== 'linux' && 'needs /proc',
  }, () => {
    const data = join(root, 'key')
    openDataFolder(data)
    const key = readKey(data)
    assert.equal(key.length, 32)
    assert.deepEqual(readKey(data), key)
    assert.equal(rights(join(data, 'secret.key')), 0o600)
    assert.deepEqual(readdirSync(data).toSorted(), ['captures', 'secret.key'])
    const full = join(root, 'full')
    mkdirSync(full)
    // No file may grow: what a full disk looks like to one process.
    const script = `import { readKey } from ${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)}; readKey(${JSON.stringify(full)})`
    const tried = spawnSync('sh', ['-c', 'ulimit -f 0; exec "$0" --input-type=module -e "$1"', process.execPath, script])
    assert.notEqual(tried.status, 0)
    assert.deepEqual(
      readdirSync(full).filter((name) => name === 'secret.key'),
      [],
    )
    writeFileSync(join(full, 'secret.key'), 'short')
    assert.throws(() => readKey(full), /damaged/)
  })
})
