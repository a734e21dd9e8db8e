import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../random.ts'
import { demandAt } from './demand.ts'
import { WaterWorks } from './water-works.ts'

function run(works: WaterWorks, minutes: number, hour = 6): WaterWorks {
  for (let s = 0; s < minutes * 60; s++) works.step(1, hour + s / 3600)
  return works
}

const settled = (): WaterWorks => run(new WaterWorks(new Random('works'), 6), 60)

test('left alone for a day, every value stays where a water works keeps it', () => {
  const works = new WaterWorks(new Random('day'), 0)
  for (let s = 0; s < 24 * 3600; s += 2) {
    works.step(2, (s / 3600) % 24)
    if (s < 1800) continue
    assert.ok(works.residual > 0.6 && works.residual < 1, `chlorine ${works.residual} at ${s}`)
    assert.ok(works.clearLevel > 2.6 && works.clearLevel < 3.8, `clear well ${works.clearLevel} at ${s}`)
    assert.ok(works.rawLevel > 1.8 && works.rawLevel < 3.9, `raw tank ${works.rawLevel} at ${s}`)
    assert.ok(works.towerLevel > 3 && works.towerLevel < 5.2, `tower ${works.towerLevel} at ${s}`)
    assert.ok(works.pressure > 4 && works.pressure < 6, `pressure ${works.pressure} at ${s}`)
  }
})

test('the clear well holds what flows in less what flows out', () => {
  const works = settled()
  const before = works.clearLevel
  let volume = 0
  for (let s = 0; s < 600; s++) {
    works.step(1, 7)
    volume += (works.filterFlow - works.serviceFlow) / 3600
  }
  // The service flow of a step moves after the level does, hence a tolerance of a few litres.
  assert.ok(Math.abs((works.clearLevel - before) * 140 - volume) < 0.1)
})

test('a higher chlorine set-point is followed within a quarter of an hour', () => {
  const works = settled()
  works.chlorineSetPoint = 4
  assert.ok(run(works, 8).residual > 2)
})

test('a stopped dosing controller lets chlorine fall and the clear well rise', () => {
  const works = settled()
  const { residual, clearLevel } = works
  works.setDosingRunning(false)
  run(works, 12)
  assert.equal(works.doseStroke, 0)
  assert.ok(works.residual < residual / 3)
  assert.ok(works.clearLevel > clearLevel + 0.25)
})

test('the town draws most in the morning and least at night', () => {
  assert.ok(demandAt(7.4) > 300 && demandAt(3) < 200)
  assert.ok(Math.abs(demandAt(23.99) - demandAt(0)) < 1, 'midnight is no step')
})
