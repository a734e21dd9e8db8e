/** Every alert's evidence raises it again: the share, and by name what does not. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { writePlantCapture, writeTritonCapture } from '@isthmus/plant'
import { CAPTURES, capturesBelow } from './lib/attack-score.ts'
import { type Outcome, replayAll } from './lib/slices.ts'

const HOUR_US = 3600e6
/** Of the small captures; `node tools/replay-score.ts` tries them all. */
const EVERY = 5

let folder = ''
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'))
})
after(() => rmSync(folder, { recursive: true }))

const golden = { serializers: [(value: unknown) => `${value as string}\n`] }

function report(outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter(({ differences }) => differences.length > 0)
  const reaches = Object.entries(Object.groupBy(outcomes, ({ manifest }) => manifest.reach)).map(
    ([reach, all]) => `${reach} ${all!.length}`,
  )
  const wrong = failed.map(({ alert, differences }) => `not: ${alert.rules.join('+')}: ${differences.join('; ')}`)
  return [`${outcomes.length - failed.length} of ${outcomes.length} alerts`, reaches.sort().join(', '), ...wrong.sort()].join('\n')
}

test('the story of the demonstration plant', async (t) => {
  const capture = join(folder, 'plant.pcap')
  await writePlantCapture(capture, { seed: 1 })
  t.assert.fileSnapshot(report(await replayAll(capture, 'plant.pcap', HOUR_US)), join(import.meta.dirname, 'replay/plant.txt'), golden)
})

test('the re-enactment of the 2021 evaluation (TRITON)', async (t) => {
  const capture = join(folder, 'triton.pcap')
  await writeTritonCapture(capture, { seed: '1', quietDays: 1 })
  t.assert.fileSnapshot(
    report(await replayAll(capture, 'triton.pcap', 24 * HOUR_US)),
    join(import.meta.dirname, 'replay/triton.txt'),
    golden,
  )
})

const attacks = capturesBelow(join(CAPTURES, 'attacks'), false).filter((_, i) => i % EVERY === 0)
test('labelled attack captures', { skip: attacks.length === 0 && 'the captures are not here' }, async (t) => {
  const outcomes: Outcome[] = []
  for (const capture of attacks) outcomes.push(...(await replayAll(join(CAPTURES, 'attacks', capture), basename(capture), 0)))
  t.assert.fileSnapshot(report(outcomes), join(import.meta.dirname, 'replay/attacks.txt'), golden)
})

/** Several observations of one moment, of which one makes a host known; clocks that jump ahead and back; addresses that change. */
const HARD = [
  'ot/enip-cip/nDPI__cip_io.pcap',
  'ot/enip-cip/icsnpp-enip__enip_cip_example.pcap',
  'ot/profinet-io-cm/icsnpp-profinet-io-cm__profinet_io_cm.pcap',
  'it/dns/nDPI__fuzz-2006-06-26-2594.pcap',
  'it/kerberos/ntopng__babel_update_oobr.pcap',
].filter((name) => existsSync(join(CAPTURES, name)))
test('captures that were hard to play back', { skip: HARD.length === 0 && 'the captures are not here' }, async (t) => {
  const outcomes: Outcome[] = []
  for (const capture of HARD) outcomes.push(...(await replayAll(join(CAPTURES, capture), basename(capture), 0)))
  t.assert.fileSnapshot(report(outcomes), join(import.meta.dirname, 'replay/hard.txt'), golden)
})
