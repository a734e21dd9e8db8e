import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { eicar } from '@isthmus/scanner'
import { Random } from '../../../../apps/plant/src/random.ts'
import { SmbTalk } from '../../../../apps/plant/src/services/smb.ts'
import { type Ends, pcap, type TestFrame, tcpTalk, udpFrame } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { run } from '../testing/console.ts'
import { mismatches } from '../testing/json-schema.ts'

const START = 1_700_000_000_000_000
const EICAR = eicar()
const RULES = 'rule Test_file : tested { strings: $a = "STANDARD-ANTIVIRUS" condition: $a }\n'
const schema = JSON.parse(await readFile(new URL('schema.json', import.meta.url), 'utf8'))
const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const ends = (toPort: number): Ends => ({ from: '10.1.2.20', to: '10.1.1.10', fromPort: 49_152, toPort })
type Payloads = ['client' | 'server', Uint8Array][]

function talk(port: number, ...lines: (string | Uint8Array)[]): TestFrame[] {
  const payloads: Payloads = lines.map((line) =>
    typeof line === 'string' ? [line.startsWith('>') ? 'client' : 'server', text(line.slice(1))] : ['client', line],
  )
  return tcpTalk(ends(port), START, payloads)
}

const WAYS: Readonly<Record<string, () => TestFrame[]>> = {
  http: () =>
    talk(80, '>GET /a.com HTTP/1.1\r\nHost: x\r\n\r\n', `<HTTP/1.1 200 OK\r\nContent-Length: ${EICAR.length}\r\n\r\n${Buffer.from(EICAR)}`),
  'http to the end of the connection': () => talk(80, '>GET /a.com HTTP/1.0\r\n\r\n', `<HTTP/1.0 200 OK\r\n\r\n${Buffer.from(EICAR)}`),
  smtp: () =>
    talk(
      25,
      '<220 mail ESMTP\r\n',
      '>EHLO a\r\n',
      '<250 mail\r\n',
      '>MAIL FROM:<a@b>\r\n',
      '<250 ok\r\n',
      '>RCPT TO:<c@d>\r\n',
      '<250 ok\r\n',
      '>DATA\r\n',
      '<354 go\r\n',
      `>Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/octet-stream; name="a.com"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(EICAR).toString('base64')}\r\n--b--\r\n.\r\n`,
      '<250 ok\r\n',
      '>QUIT\r\n',
      '<221 bye\r\n',
    ),
  ftp: () => [
    ...talk(
      21,
      '<220 ftp server\r\n',
      '>USER anonymous\r\n',
      '<331 password\r\n',
      '>PASS x\r\n',
      '<230 in\r\n',
      '>PASV\r\n',
      '<227 passive (10,1,1,10,195,80)\r\n',
      '>STOR a.com\r\n',
      '<150 go\r\n',
    ),
    ...tcpTalk({ from: '10.1.2.20', to: '10.1.1.10', fromPort: 49_153, toPort: 50_000 }, START + 1_000_000, [['client', EICAR]]),
  ],
  tftp: () => {
    const there: Ends = { from: '10.1.2.20', to: '10.1.1.10', fromPort: 50_001, toPort: 69 }
    const block: Ends = { from: '10.1.1.10', to: '10.1.2.20', fromPort: 50_002, toPort: 50_001 }
    const back: Ends = { from: '10.1.2.20', to: '10.1.1.10', fromPort: 50_001, toPort: 50_002 }
    return [
      { atUs: START, bytes: udpFrame(there, text('\0\x01a.com\0octet\0')) },
      { atUs: START + 1000, bytes: udpFrame(block, Uint8Array.from([0, 3, 0, 1, ...EICAR])) },
      { atUs: START + 2000, bytes: udpFrame(back, Uint8Array.from([0, 4, 0, 1])) },
    ]
  },
  mqtt: () => {
    const topic = text('\0\x0afirmware/1')
    const publish = Uint8Array.from([0x30, topic.length + EICAR.length, ...topic, ...EICAR])
    const connect = Uint8Array.from([0x10, 13, 0, 4, ...text('MQTT'), 4, 2, 0, 60, 0, 1, 0x61])
    const accepted: Payloads[number] = ['server', Uint8Array.from([0x20, 2, 0, 0])]
    return tcpTalk(ends(1883), START, [['client', connect], accepted, ['client', publish]])
  },
  smb: () => {
    const who = { user: 'op', domain: 'PLANT', workstation: 'WS' }
    const smb = new SmbTalk(new Random('eicar'), { name: 'FILES', domain: 'PLANT', dns: 'plant.example' }, START)
    const { turns } = smb.signIn(who).tree('tools').writeFile('a.com', EICAR)
    return tcpTalk(
      ends(445),
      START,
      turns.map(({ by, bytes }) => [by === 'c' ? 'client' : 'server', bytes]),
    )
  },
}

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-yara-'))
  await writeFile(join(folder, 'rules.yar'), RULES)
})
after(() => rm(folder, { recursive: true }))

async function analyzed(frames: readonly TestFrame[], rules: string, ...more: string[]) {
  const capture = join(folder, 'capture.pcap')
  await writeFile(capture, pcap(frames))
  return run(['analyze', capture, '--yara', rules, ...more])
}

for (const [way, frames] of Object.entries(WAYS)) {
  test(`the EICAR test file over ${way} is found`, async () => {
    const { status, out } = await analyzed(frames(), join(folder, 'rules.yar'), '--json')
    const document = JSON.parse(out)
    assert.deepEqual(mismatches(document, schema), [])
    assert.equal(status, 0)
    assert.equal(document.yara[0].matched, 1)
    const [finding] = document.findings.filter((f: { rule: string }) => f.rule === 'malware-in-file')
    assert.equal(finding.level, 'high')
    assert.equal(finding.fields.matches, 'Test_file')
    assert.equal(finding.fields.hash, '275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f')
    assert.ok(document.alerts.some((a: { rules: string[] }) => a.rules.includes('malware-in-file')))
  })
}

test('a file of which a part was not captured is neither hashed nor told whole, and found by what there is', async () => {
  const body = `${Buffer.from(EICAR)}${'x'.repeat(3000)}`
  const frames = talk(
    80,
    '>GET /a.com HTTP/1.1\r\nHost: x\r\n\r\n',
    `<HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=a.com\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 1000)}`,
    `<${body.slice(1000, 2000)}`,
    `<${body.slice(2000)}`,
  )
  const { out } = await analyzed(
    frames.filter((_, i) => i !== 5),
    join(folder, 'rules.yar'),
    '--json',
  )
  const [finding] = JSON.parse(out).findings.filter((f: { rule: string }) => f.rule === 'malware-in-file')
  assert.equal(finding.fields.matches, 'Test_file')
  assert.ok(!('hash' in finding.fields))
})

test('a folder of rules; one with an error is named with its line, the others work', async () => {
  const rules = join(folder, 'rules')
  await mkdir(join(rules, 'more'), { recursive: true })
  await writeFile(join(rules, 'bad.yar'), 'rule sound { strings: $a = "EICAR" condition: $a }\n\nrule broken {\n  condition: $b\n}\n')
  await writeFile(join(rules, 'more', 'good.yara'), RULES)
  await writeFile(join(rules, 'notes.txt'), 'no rule')
  const { status, out } = await analyzed(WAYS.http!(), rules, '--json')
  const document = JSON.parse(out)
  assert.equal(status, 1)
  assert.deepEqual(document.yara, [
    {
      files: 2,
      used: 2,
      scanned: 1,
      matched: 1,
      failed: 0,
      problems: [{ file: 'bad.yar', line: 4, rule: 'broken', reason: 'unknown pattern `$b`' }],
    },
  ])
  assert.match((await analyzed(WAYS.http!(), rules)).out, /bad\.yar:4: rule broken: not used: unknown pattern/)
})
