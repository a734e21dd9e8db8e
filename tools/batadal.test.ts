/** The process model against the water network's seven attacks, learnt on the year without any. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ATTACKS, hasBatadal, MIXED, score, watch, watchLive } from './lib/batadal.ts'

test('BATADAL is scored 0.97 or more, with every attack seen and its tags named', {
  skip: hasBatadal() ? false : 'its data are not in ../shared/process/batadal',
}, () => {
  const { s, attacks, falseEpisodes } = score(watch(MIXED), ATTACKS)
  assert.ok(s >= 0.97, `S is ${s.toFixed(4)}`)
  assert.ok(falseEpisodes <= 8, `${falseEpisodes} episodes began outside attacks`)
  for (const { from, detectedAfter, tags } of attacks) {
    assert.ok(detectedAfter !== undefined && detectedAfter <= 10, `${from}: ${detectedAfter} h`)
    assert.ok(tags.length > 0, `${from} names no tag`)
  }
})

test('BATADAL through the detector, as observations', {
  skip: hasBatadal() ? false : 'its data are not in ../shared/process/batadal',
}, () => {
  const { s, attacks } = score(watchLive(MIXED), ATTACKS)
  assert.ok(s >= 0.95, `S is ${s.toFixed(4)}`)
  for (const { from, detectedAfter } of attacks)
    assert.ok(detectedAfter !== undefined && detectedAfter <= 10, `${from}: ${detectedAfter} h`)
})
