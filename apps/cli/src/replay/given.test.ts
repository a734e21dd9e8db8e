/** An alert raised by rules of one's own, played back with files given beside the slice. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadContent, withRules } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { vendorOf } from '@isthmus/content/vendors'
import { createIndicators, readIndicators } from '@isthmus/detect'
import { eicar, openScanner } from '@isthmus/scanner'
import { analyzeCaptures } from '@isthmus/sensor'
import { pcap, tcpTalk } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { lookUpIn, requestOf, workOf } from '../../../../tools/lib/slices.ts'
import { cutSlice } from '../../../server/src/evidence/cut.ts'
import { run } from '../testing/console.ts'

const START = 1_700_000_000_000_000
const YARA = 'rule Own_file { strings: $a = "STANDARD-ANTIVIRUS" condition: $a }\n'
const OTHER = 'rule Another { strings: $a = "no such words" condition: $a }\n'
const LIST = 'type,value,name\nurl,http://x/a.com,Own list\n'
const SIGMA = `title: Own rule
name: own-download
logsource: { product: isthmus, category: file_moved }
detection: { moved: { "bytes|gte": 10 }, condition: moved }
level: high
tags: [attack.t1105]
tests: []
`
let folder = ''
/** By leading rule. */
const slices = new Map<string, string>()

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'given-'))
  const path = join(folder, 'download.pcap')
  const text = (words: string): Uint8Array => new TextEncoder().encode(words)
  const file = eicar()
  const answer = text(`HTTP/1.1 200 OK\r\nContent-Length: ${file.length}\r\n\r\n${Buffer.from(file)}`)
  const ends = { from: '10.1.2.20', to: '10.1.1.10', fromPort: 49_152, toPort: 80 }
  writeFileSync(
    path,
    pcap(
      tcpTalk(ends, START, [
        ['client', text('GET /a.com HTTP/1.1\r\nHost: x\r\n\r\n')],
        ['server', answer],
      ]),
    ),
  )
  const scanner = openScanner([{ file: 'own.yar', text: YARA }])
  const content = withRules(loadContent(), parseRuleFile('own.yaml', SIGMA))
  assert.deepEqual(content.errors, [])
  const indicators = createIndicators(readIndicators('own.csv', LIST).indicators)
  const options = { rules: content.rules, content, vendorOf }
  const { batches } = analyzeCaptures([path], { site: 'own', sensor: 'own', scanFile: scanner.scanFile })
  const work = await workOf(batches, { ...options, indicators, site: 'own', learningUs: 0 })
  await scanner.close()
  for (const alert of work.alerts) {
    const request = { ...requestOf(work, alert, { name: 'download.pcap', title: 'download.pcap', path }, 0), indicators }
    const { bytes } = await cutSlice({ ...request, content: { texts: [SIGMA], settings: null } }, options, lookUpIn(work))
    const slice = join(folder, `${alert.id}.pcapng`)
    writeFileSync(slice, bytes)
    for (const rule of alert.rules) slices.set(rule, slice)
  }
})
after(() => rmSync(folder, { recursive: true }))

function given(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function replayed(rule: string, ...options: string[]): Promise<{ status: number; out: string; err: string }> {
  return run(['replay', slices.get(rule)!, ...options])
}

test('what rules of one’s own raised is raised again without a file beside it', async () => {
  for (const rule of ['known-indicator', 'malware-in-file', 'own-download']) assert.ok(slices.has(rule), rule)
  for (const rule of slices.keys()) {
    const { status, out, err } = await replayed(rule)
    assert.equal(status, 0, `${rule}: ${out}`)
    assert.equal(err, '')
  }
})

test('YARA rules that are given look into the files anew', async () => {
  const same = await replayed('malware-in-file', '--yara', given('own.yar', YARA))
  assert.equal(same.status, 0, same.out)
  const other = await replayed('malware-in-file', '--yara', given('other.yar', OTHER))
  assert.equal(other.status, 1)
  assert.match(other.out, /rule malware-in-file does not raise 1 of its 1 findings again/)
})

test('indicators that are given are looked for in place of those of the slice', async () => {
  const same = await replayed('known-indicator', '--indicators', given('own.csv', LIST))
  assert.equal(same.status, 0, same.out)
  const other = await replayed('known-indicator', '--indicators', given('other.csv', LIST.replace('a.com', 'b.com')))
  assert.equal(other.status, 1)
  assert.match(other.out, /no alert is raised/)
})

test('of two rules of one name the one given holds', async () => {
  const same = await replayed('own-download', '--rules', given('own.yaml', SIGMA))
  assert.equal(same.status, 0, same.out)
  const other = await replayed('own-download', '--rules', given('other.yaml', SIGMA.replace('10 }', '11 }')))
  assert.equal(other.status, 1)
  assert.match(other.out, /rule own-download has version [\w-]+, the alert was raised by/)
})

test('settings and suppressions that are given hold', async () => {
  const off = await replayed('known-indicator', '--settings', given('settings.yaml', 'engines: { threat: off }\n'))
  assert.match(off.out, /no alert is raised/)
  const scope = 'suppressions:\n  - { scope: { rule: known-indicator }, reason: a test, from: 2023-01-01, until: 2023-12-31 }\n'
  const hidden = await replayed('known-indicator', '--suppressions', given('hidden.yaml', scope))
  assert.equal(hidden.err, '')
  assert.match(hidden.out, /no alert is raised/)
})

test('what cannot be used of a file is named, and the rest works', async () => {
  const { status, out, err } = await replayed(
    'malware-in-file',
    '--yara',
    given('broken.yar', `${YARA}rule Broken { condition: $nothing }\n`),
  )
  assert.match(out, /The same alert is raised/)
  assert.match(err, /^isthmus: broken\.yar:2: rule Broken: not used: /m)
  assert.equal(status, 1)
  const missing = await replayed('malware-in-file', '--rules', join(folder, 'missing.yaml'))
  assert.match(missing.err, /^isthmus: rule not used: .*missing\.yaml: .*ENOENT/m)
  assert.equal(missing.status, 1)
})
