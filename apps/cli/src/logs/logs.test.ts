import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { concat, type Ends, hex, pcap, udp } from '../../../../packages/wire/src/testing/frames.ts'
import { plantCapture } from '../testing/captures.ts'
import { run } from '../testing/console.ts'

let folder = ''
let capture = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isthmus-logs-'))
  capture = join(folder, 'plant.pcap')
  await writeFile(capture, plantCapture())
})
after(() => rm(folder, { recursive: true }))

test('conn.log has a row for every conversation, its uid the one of the other logs', async () => {
  const out = join(folder, 'out')
  const { status } = await run(['logs', capture, '--out', out])
  assert.equal(status, 0)
  const conn = (await readFile(join(out, 'conn.log'), 'utf8')).split('\n')
  assert.equal(conn[4], '#path\tconn')
  const fields = conn[6]!.split('\t').slice(1)
  const rows = conn
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => Object.fromEntries(line.split('\t').map((cell, i) => [fields[i]!, cell])))
  const modbus = rows.find((row) => row['id.resp_p'] === '502')!
  const expected = {
    ts: '1700000000.000000',
    'id.orig_h': '10.1.2.20',
    'id.orig_p': '49152',
    proto: 'tcp',
    service: 'modbus',
    duration: '0.012000',
    orig_bytes: '48',
    resp_bytes: '51',
    conn_state: 'SF',
    local_orig: 'T',
    local_resp: 'T',
    missed_bytes: '0',
    history: 'ShADdFf',
    orig_pkts: '8',
    resp_pkts: '6',
    ip_proto: '6',
  }
  for (const [column, value] of Object.entries(expected)) assert.equal(modbus[column], value, column)
  const dns = rows.find((row) => row['id.resp_p'] === '53')!
  assert.deepEqual([dns.conn_state, dns.history, dns.duration, dns.orig_bytes], ['S0', 'D', '-', '-'])
  const uids = (await readFile(join(out, 'modbus.log'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t')[1])
  assert.deepEqual(new Set(uids), new Set([modbus.uid]))
  assert.match(conn.at(-2)!, /^#close\t2023-11-14-22-13-20$/)
})

test('conn.log counts datagrams as they say, and passes over packets longer than their frame', async () => {
  const ends = (sport: number): Ends => ({ src: '10.0.0.1', dst: '10.0.0.2', sport, dport: 7000 })
  const frame = (sport: number): Uint8Array => udp(ends(sport), new Uint8Array(4))
  const IP_LENGTH = 14 + 2
  const UDP_LENGTH = 14 + 20 + 4
  const lying = (sport: number, at: number): Uint8Array => {
    const bytes = concat(frame(sport))
    bytes[at] = 1
    return bytes
  }
  const lies = join(folder, 'lies.pcap')
  await writeFile(
    lies,
    pcap([frame(4001), lying(4001, UDP_LENGTH), frame(4002), frame(4002), lying(4002, IP_LENGTH), lying(4003, IP_LENGTH)]),
  )
  const out = join(folder, 'lies')
  await run(['logs', lies, '--out', out])
  const conn = (await readFile(join(out, 'conn.log'), 'utf8')).split('\n')
  const fields = conn[6]!.split('\t').slice(1)
  const rows = conn.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t'))
  const shown = ['id.orig_p', 'orig_bytes', 'history', 'orig_pkts', 'orig_ip_bytes'].map((name) => fields.indexOf(name))
  assert.deepEqual(
    rows.map((row) => shown.map((i) => row[i])),
    [
      // 4 bytes, and 268 with its header of 8 that the other says it has.
      ['4001', '264', 'D', '2', '64'],
      ['4002', '8', 'D', '2', '64'],
    ],
  )
})

test('who begins with an answer is the server to conn.log and dns.log, though Zeek has counted its first packet by then', async () => {
  const answer = hex('0001 8500 0000 0001 0000 0000 01 61 00 0001 0001 00000000 0004 0a000002')
  const query = hex('0002 0100 0001 0000 0000 0000 01 61 00 0001 0001')
  const names: Ends = { src: '10.0.0.2', dst: '10.0.0.1', sport: 137, dport: 137 }
  const back: Ends = { ...names, src: names.dst, dst: names.src }
  const many: Ends = { src: '10.0.0.2', dst: '224.0.0.251', sport: 5353, dport: 5353 }
  const path = join(folder, 'answers.pcap')
  await writeFile(path, pcap([udp(names, answer), udp(back, query), udp(names, answer), udp(many, answer)]))
  const out = join(folder, 'answers')
  await run(['logs', path, '--out', out])
  const rows = async (log: string, ...columns: string[]): Promise<(string | undefined)[][]> => {
    const lines = (await readFile(join(out, `${log}.log`), 'utf8')).split('\n')
    const fields = lines[6]!.split('\t').slice(1)
    const cells = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t'))
    return cells.map((row) => columns.map((name) => row[fields.indexOf(name)]))
  }
  const [long, short] = [String(answer.length + 28), String(query.length + 28)]
  assert.deepEqual(await rows('conn', 'id.orig_h', 'history', 'conn_state', 'orig_pkts', 'orig_ip_bytes', 'resp_pkts', 'resp_ip_bytes'), [
    ['10.0.0.1', 'D^d', 'SF', '2', String(Number(long) + Number(short)), '1', long],
    ['10.0.0.2', 'D', 'S0', '1', long, '0', '0'],
  ])
  assert.ok((await rows('dns', 'id.orig_h', 'id.resp_h')).some(([from, to]) => from === '10.0.0.1' && to === '10.0.0.2'))
})

test('the same capture gives the same files', async () => {
  const texts: string[] = []
  for (const name of ['one', 'two']) {
    const { out } = await run(['logs', capture, '--out', join(folder, name)])
    texts.push(out + (await readFile(join(folder, name, 'conn.log'), 'utf8')))
  }
  assert.equal(texts[0], texts[1])
})

test('wrong calls and unreadable captures say so', async () => {
  assert.equal((await run(['logs', capture])).status, 2)
  assert.equal((await run(['logs', '--out', folder])).status, 2)
  const { status, err } = await run(['logs', join(folder, 'absent'), '--out', folder])
  assert.equal(status, 3)
  assert.match(err, /absent: byte 0: cannot be opened: no such file/)
})
