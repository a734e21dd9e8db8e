/**
 * `npm run bench [-- decode rules threads protocols startup memory api]`: what the platform costs, beside tshark in the same run. Prints ratios;
 * absolute times mean little on a shared machine.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { writePlantCapture } from '@isthmus/plant'
import { best, costOf, peakMemory } from './bench/measure.ts'
import { SHARED } from './lib/frames.ts'

const root = join(import.meta.dirname, '..')
const wanted = process.argv.slice(2)
const wants = (part: string): boolean => wanted.length === 0 || wanted.includes(part)
const folder = mkdtempSync(join(tmpdir(), 'isthmus-bench-'))
const isthmus = join(root, 'apps/cli/bin/isthmus.js')
const child = join(root, 'tools/bench/observe-child.ts')
/** As the launcher starts Node: docs/adr/0013-compile-less.md. */
const NURSERY = ['--min-semi-space-size=16', '--max-semi-space-size=16']
const TWO_GB = 2 * 1024 ** 3
/** Bytes of capture that keep a thread busy for some seconds. */
const LONG = 200e6
/** Bytes of capture after which a process has got to its pace with any rule. */
const WARM = 60e6
/** The share of the throughput that rules may cost. */
const RULES_COST = 0.25
/** What our observations hold of the same packets: who, when, how much, in what state, which function on what, which values. */
const FIELDS = [
  ...['frame.time_epoch', 'frame.len', 'eth.src', 'eth.dst', 'vlan.id', 'ip.src', 'ip.dst', 'tcp.srcport', 'tcp.dstport', 'tcp.flags'],
  ...['tcp.len', 'tcp.analysis.retransmission', 'udp.srcport', 'udp.dstport', '_ws.col.Protocol', '_ws.col.Info'],
  ...['mbtcp.trans_id', 'mbtcp.unit_id', 'modbus.func_code', 'modbus.exception_code', 'modbus.reference_num', 'modbus.word_cnt'],
  ...[
    'modbus.bit_cnt',
    'modbus.bitval',
    'modbus.regval_uint16',
    'goose.stNum',
    'goose.sqNum',
    'goose.gocbRef',
    'dns.qry.name',
    'http.host',
  ],
]

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}`)
const plant = join(folder, 'plant.pcap')
await writePlantCapture(plant, { seed: 1 })
const one = join(folder, 'one.pcap')
const whole = readFileSync(plant)
writeFileSync(one, whole.subarray(0, 24 + 16 + whole.readUInt32LE(24 + 8)))

if (wants('decode')) decode()
if (wants('rules')) rules()
if (wants('threads')) threads()
if (wants('protocols'))
  spawnSync(
    process.execPath,
    ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64', join(root, 'tools/bench/protocols-child.ts')],
    { stdio: 'inherit' },
  )
if (wants('startup')) startup()
if (wants('memory')) await memory()
if (wants('api')) spawnSync(process.execPath, [join(root, 'apps/server/src/bench/api-bench.ts')], { stdio: 'inherit' })
rmSync(folder, { recursive: true })

function decode(): void {
  const captures = [plant, ...['modbus-143k', 'ot-substation-24h', 'mixed-250k'].flatMap(unpacked)]
  const hasTshark = costOf('tshark', ['--version']).status === 0
  if (!hasTshark) console.log('decode: tshark is not installed, no ratios')
  // As the launcher does: compiled code is kept from one run to the next.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
  costOf(process.execPath, [child, plant])
  const idle = best(3, () => costOf(process.execPath, [...NURSERY, child, one]))
  const tsharkIdle = hasTshark ? best(3, () => costOf('tshark', args(one))) : undefined
  for (const file of captures) {
    const told = JSON.parse(spawnSync(process.execPath, [...NURSERY, child, file], { encoding: 'utf8' }).stdout) as {
      packets: number
      observations: number
      rss: number
    }
    const ours = best(5, () => costOf(process.execPath, [...NURSERY, child, file])).cpu - idle.cpu
    let line = `decode ${basename(file, '.pcap')}: ${told.packets} packets, ${told.observations} observations, ${rate(told.packets, ours)} packets per CPU-second, ${mb(told.rss)} resident`
    if (tsharkIdle !== undefined) {
      const theirs = costOf('tshark', args(file)).cpu - tsharkIdle.cpu
      line += `; tshark ${rate(told.packets, theirs)}, ratio ${(theirs / ours).toFixed(1)}`
    }
    console.log(line)
  }
}

/** A shared capture as a plain file; nothing where it is not here, and that is said. */
function unpacked(name: string): string[] {
  const file = join(folder, `${name}.pcap`)
  const packed = join(SHARED, 'bench', `${name}.pcap.zst`)
  if (existsSync(file)) return [file]
  if (!existsSync(packed)) {
    console.log(`${name} skipped, ../shared/captures is not here`)
    return []
  }
  writeFileSync(file, zstdDecompressSync(readFileSync(packed)))
  return [file]
}

/** From packets to incidents: CPU of the same run with all rules and without any, taken in turn. */
function rules(): void {
  const child = join(root, 'tools/bench/rules-child.ts')
  const captures = [plant, ...['modbus-143k', 'ot-substation-24h', 'mixed-250k'].flatMap(unpacked)]
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
  const args = (file: string, which: string, rounds: number) => [...NURSERY, child, file, which, String(rounds)]
  const cost = (file: string, which: string, rounds: number) => costOf(process.execPath, args(file, which, rounds))
  const idle = { all: best(3, () => cost(one, 'all', 1)).cpu, none: best(3, () => cost(one, 'none', 1)).cpu }
  for (const file of captures) {
    const rounds = Math.ceil(WARM / statSync(file).size)
    const told = JSON.parse(spawnSync(process.execPath, args(file, 'all', rounds), { encoding: 'utf8' }).stdout) as {
      packets: number
      observations: number
      findings: number
    }
    const least = { all: Number.POSITIVE_INFINITY, none: Number.POSITIVE_INFINITY }
    for (let turn = 0; turn < 3; turn++)
      for (const which of ['none', 'all'] as const) least[which] = Math.min(least[which], cost(file, which, rounds).cpu - idle[which])
    const share = 1 - least.none / least.all
    const paces = `${rate(told.packets, least.none)} packets per CPU-second without rules, ${rate(told.packets, least.all)} with all`
    console.log(
      `rules ${basename(file, '.pcap')}, ${rounds} times: ${told.packets} packets, ${told.observations} observations, ${told.findings} findings; ${paces}, ratio ${(least.all / least.none).toFixed(2)}: they cost ${Math.round(100 * share)} % of the throughput${share > RULES_COST ? ' (too much)' : ''}`,
    )
  }
}

/** Wall-clock time of one and two reading threads: long captures, since each thread warms up for itself. */
function threads(): void {
  const long = join(folder, 'long.pcap')
  const out = openSync(long, 'w')
  for (const piece of repeated(whole, LONG)) writeSync(out, piece)
  closeSync(out)
  const captures = [long, ...unpacked('mixed-250k')]
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled')
  const child = join(root, 'tools/bench/threads-child.ts')
  const wall = (file: string, n: number): number =>
    Math.min(
      ...[1, 2, 3].map(
        () =>
          (JSON.parse(spawnSync(process.execPath, [...NURSERY, child, file, String(n)], { encoding: 'utf8' }).stdout) as { wall: number })
            .wall,
      ),
    )
  for (const file of captures) {
    const [single, double] = [1, 2].map((n) => wall(file, n) - wall(one, n)) as [number, number]
    console.log(
      `threads ${basename(file, '.pcap')}: one ${single.toFixed(2)} s, two ${double.toFixed(2)} s, ratio ${(single / double).toFixed(2)}`,
    )
  }
}

function startup(): void {
  costOf(process.execPath, [...NURSERY, isthmus, 'analyze', one])
  const cost = best(5, () => costOf(process.execPath, [...NURSERY, isthmus, 'analyze', one]))
  console.log(`startup of isthmus analyze on one packet: ${cost.wall.toFixed(2)} s wall, ${cost.cpu.toFixed(2)} s CPU`)
}

async function memory(): Promise<void> {
  const { peak, status } = await peakMemory(process.execPath, [...NURSERY, isthmus, 'analyze', '-', '--json'], () =>
    repeated(whole, TWO_GB),
  )
  console.log(`memory of isthmus analyze on 2 GB: ${mb(peak)} resident at most, exit status ${status}`)
}

/** The capture's packets again and again, each round an hour later, until `bytes` are out. */
function* repeated(capture: Buffer, bytes: number): Generator<Uint8Array> {
  const spanSeconds = 4 * 3600
  yield capture.subarray(0, 24)
  let out = 24
  for (let round = 0; out < bytes; round++) {
    const copy = Buffer.from(capture.subarray(24))
    for (let at = 0; at + 16 <= copy.length; at += 16 + copy.readUInt32LE(at + 8))
      copy.writeUInt32LE(copy.readUInt32LE(at) + round * spanSeconds, at)
    for (let at = 0; at < copy.length; at += 1 << 18) yield copy.subarray(at, at + (1 << 18))
    out += copy.length
  }
}

function args(file: string): string[] {
  return ['-n', '-r', file, '-T', 'fields', ...FIELDS.flatMap((f) => ['-e', f])]
}

function rate(packets: number, seconds: number): string {
  return `${Math.round(packets / Math.max(seconds, 0.001) / 1000)} k`
}

function mb(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
