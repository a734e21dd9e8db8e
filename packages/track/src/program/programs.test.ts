import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Observation, ProgramSection } from '@isthmus/model'
import { createTracker } from '../site-tracker.ts'
import { other, SITE, START } from '../testing/observations.ts'
import { movesAround } from './around.ts'

const STATION = '10.0.0.7'
const PLC = '10.0.0.2'

type Move = {
  from?: string
  how?: 'downloaded' | 'uploaded' | 'edited'
  hash?: string | undefined
  user?: string
  ok?: boolean
  to?: string
  /** There was no room for its bytes. */
  isLeft?: boolean
}

function move(
  second: number,
  section: string,
  { from = STATION, how = 'downloaded', user, ok = true, to = PLC, isLeft = false, ...given }: Move,
): Observation {
  const hash = 'hash' in given ? given.hash : 'a'
  const content = hash === undefined || isLeft ? undefined : { hash, base64: btoa(`${section} ${hash}`) }
  const statement = { section, sectionType: 'block', bytes: 12, hash: how === 'edited' ? undefined : hash, content, user, ok }
  return other(`program.${how}`, from, `${to}:102`, statement, { protocol: 's7comm', second })
}

function tracked(...all: Observation[]) {
  const tracker = createTracker(SITE)
  for (const o of all) tracker.apply(o)
  return { tracker, sections: new Map([...tracker.programs.values()].map((section) => [section.section, section])) }
}

const shown = (section: ProgramSection | undefined) => section?.versions.map(({ how, hash, count }) => `${how} ${hash} ${count}`)

test('the same content again is no version, another one and the old one again are', () => {
  const { sections } = tracked(
    move(1, 'OB1', {}),
    move(2, 'OB1', { how: 'uploaded' }),
    move(3, 'OB1', {}),
    move(4, 'OB1', { hash: 'b' }),
    move(5, 'OB1', { how: 'uploaded', hash: 'b' }),
    move(6, 'OB1', {}),
    move(7, 'OB1', { hash: 'c', ok: false }),
  )
  assert.deepEqual(shown(sections.get('OB1')), ['loaded a 2', 'read a 1', 'loaded b 1', 'read b 1', 'loaded a 1'])
  const [first] = sections.get('OB1')!.versions
  assert.deepEqual([first!.firstAt, first!.lastAt], [START + 1e6, START + 3e6])
  assert.deepEqual(
    [first!.first.packets, first!.last.packets],
    [
      [2, 2],
      [4, 4],
    ],
  )
})

test('who moved a version is listed with the user, once each', () => {
  const { sections } = tracked(move(1, 'OB1', { user: 'ann' }), move(2, 'OB1', { from: '10.0.0.8' }), move(3, 'OB1', { user: 'ann' }))
  assert.deepEqual(
    sections.get('OB1')!.versions[0]!.movers.map(({ client, user, count }) => [client, user, count]),
    [
      ['10.0.0.8', undefined, 1],
      [STATION, 'ann', 2],
    ],
  )
})

test('a section whose bytes found no room is the same one when they do', () => {
  const { tracker, sections } = tracked(move(1, 'OB1', { isLeft: true }), move(2, 'OB1', {}), move(3, 'OB1', { isLeft: true }))
  assert.deepEqual(shown(sections.get('OB1')), ['loaded a 3'])
  assert.equal(sections.get('OB1')?.versions[0]?.content, 'a')
  assert.equal(tracker.takeContents().length, 1)
})

test('bytes are handed on once, to be kept', () => {
  const { tracker } = tracked(move(1, 'OB1', {}), move(2, 'OB1', {}), move(3, 'OB1', { hash: 'b' }), move(4, 'OB1', { hash: undefined }))
  assert.deepEqual(
    tracker.takeContents().map(({ hash, base64, server }) => [hash, atob(base64), server]),
    [
      ['a', 'OB1 a', PLC],
      ['b', 'OB1 b', PLC],
    ],
  )
  assert.deepEqual(tracker.takeContents(), [])
})

test('however many versions, sections and movers there are, what is held is bounded and what left is counted', () => {
  const all: Observation[] = []
  for (let i = 0; i < 100; i++) all.push(move(i, 'OB1', { hash: `h${i}` }))
  for (let i = 0; i < 40; i++) all.push(move(200 + i, 'OB1', { hash: 'h99', from: `10.0.1.${i + 1}` }))
  const { sections } = tracked(...all)
  const { versions, left } = sections.get('OB1')!
  assert.deepEqual([versions.length, left, versions.at(-1)!.count, versions.at(-1)!.movers.length], [24, 76, 41, 6])
  assert.equal(versions.at(-1)!.movers.at(-1)!.client, '10.0.1.40')

  const tracker = createTracker(SITE, { caps: { programs: 5, programsOfServer: 3 } })
  for (let i = 0; i < 9; i++) tracker.apply(move(i, `FC${i}`, {}))
  assert.equal(tracker.programs.size, 3)
  for (let i = 0; i < 9; i++) tracker.apply(move(20 + i, `FC${i}`, { to: '10.0.0.3' }))
  assert.equal(tracker.programs.size, 5)
  assert.equal(tracker.refused()['program sections'], 13)
  assert.equal(tracker.takeContents().length, 1)
})

test('of twelve sections loaded again, the one that differs is the one that changed', () => {
  const blocks = Array.from({ length: 12 }, (_, i) => `FC${i}`)
  const { tracker } = tracked(
    ...blocks.map((block, i) => move(i, block, { hash: `${block} one` })),
    ...blocks.map((block, i) => move(1000 + i, block, { hash: block === 'FC7' ? 'FC7 two' : `${block} one` })),
  )
  const told = movesAround(tracker.programs.values(), { from: START + 900e6, to: START + 1100e6, clients: [STATION] })
  assert.deepEqual([told.moved, told.first], [12, 0])
  assert.deepEqual(
    told.changed.map(({ section, before, after }) => [section.section, before?.hash, after.hash]),
    [['FC7', 'FC7 one', 'FC7 two']],
  )
  const firstTime = movesAround(tracker.programs.values(), { from: START, to: START + 100e6 })
  assert.deepEqual([firstTime.moved, firstTime.first, firstTime.changed.length], [12, 12, 0])
  assert.equal(movesAround(tracker.programs.values(), { from: START, to: START + 2000e6, clients: ['10.9.9.9'] }).moved, 0)
})

test('put in and taken back is told as both', () => {
  const { tracker } = tracked(move(1, 'OB1', { how: 'uploaded' }), move(60, 'OB1', { hash: 'b' }), move(70, 'OB1', {}))
  const told = movesAround(tracker.programs.values(), { from: START + 50e6, to: START + 80e6 })
  assert.deepEqual(
    told.changed.map(({ before, after, isBack }) => [before?.hash, after.hash, isBack]),
    [
      ['a', 'b', false],
      ['b', 'a', true],
    ],
  )
})

test('what is read out as it was loaded is changed by who loaded it alone', () => {
  const { tracker } = tracked(
    move(1, 'OB1', { how: 'uploaded' }),
    move(60, 'OB1', { hash: 'b', from: '10.0.0.8' }),
    move(70, 'OB1', { how: 'uploaded', hash: 'b' }),
  )
  const told = movesAround(tracker.programs.values(), { from: START + 50e6, to: START + 80e6 })
  assert.deepEqual(
    told.changed.map(({ after }) => [after.how, after.movers[0]?.client]),
    [['loaded', '10.0.0.8']],
  )
})

test('what was read is the measure of what is loaded for the first time; edits stand for themselves', () => {
  const { tracker } = tracked(
    move(1, 'OB1', { how: 'uploaded' }),
    move(2, 'FC1', { how: 'uploaded' }),
    move(60, 'OB1', { hash: 'b' }),
    move(61, 'FC1', {}),
    move(62, 'FC2', { how: 'edited', hash: 'e' }),
  )
  const told = movesAround(tracker.programs.values(), { from: START + 50e6, to: START + 70e6 })
  assert.deepEqual(
    told.changed.map(({ section, before, after }) => [section.section, before?.how, before?.hash, after.how, after.content]),
    [
      ['OB1', 'read', 'a', 'loaded', 'b'],
      ['FC2', undefined, undefined, 'edited', 'e'],
    ],
  )
  assert.equal(told.moved, 3)
})
