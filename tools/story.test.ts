/** Rules, alerts and incidents together, on the story they are made for. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { loadContent } from '@isthmus/content'
import { createDetector } from '@isthmus/detect'
import type { Incident } from '@isthmus/model'
import { createDesk, type Desk } from '@isthmus/respond'
import { readScenario } from './scenario.ts'

const content = loadContent()

function play(name: string): Desk {
  const { learningUs, events } = readScenario(name)
  const detector = createDetector(content.rules, { site: 'scenario', learningUs })
  const desk = createDesk('scenario', content)
  const byHost = new Map(
    events.flatMap(({ observation, ends }) => [
      [observation.client.ip, ends.client] as const,
      [observation.server.ip, ends.server] as const,
    ]),
  )
  const take = (findings: ReturnType<typeof detector.evaluate>) => {
    for (const finding of findings) desk.take(finding, { client: byHost.get(finding.client.ip), server: byHost.get(finding.server.ip) })
  }
  for (const { observation, ends } of events) take(detector.evaluate(observation, ends))
  take(detector.finish())
  return desk
}

const incidentsOf = (desk: Desk): Incident[] => [...desk.incidents.values()].filter((incident) => incident.mergedInto === undefined)

test('one incident follows the intrusion from the office to the stopped controller', () => {
  const desk = play('story-intrusion')
  const [incident, ...others] = incidentsOf(desk)
  assert.equal(others.length, 0, others.map((other) => other.title).join('; '))
  assert.equal(incident?.title, 'Intrusion from WS-12 reached PLC-3: controller stopped')
  assert.deepEqual([incident?.level, incident?.reachesOt, incident?.score], ['critical', true, 100])
  for (const host of ['WS-12', 'JUMP-1', 'ENG-04', 'PLC-3']) assert.ok(incident?.hosts.includes(host), host)
  assert.ok(!incident?.hosts.includes('10.9.7.7'), 'the forgotten password is another story')
  assert.deepEqual(
    incident?.steps.filter((step) => step.level !== 'low').map((step) => `${step.client} > ${step.server}`),
    [
      'WS-12 > OUTSIDE',
      'WS-12 > OUTSIDE',
      'WS-12 > several hosts',
      'WS-12 > FILES-1',
      'WS-12 > JUMP-1',
      'JUMP-1 > ENG-04',
      'ENG-04 > PLC-3',
    ],
  )
})

test('the alert on the controller speaks to somebody who never saw one', () => {
  const alert = [...play('story-intrusion').alerts.values()].find((one) => one.title === 'Controller stopped: ENG-04 to PLC-3')
  assert.equal(
    alert?.what,
    'Engineering station ENG-04 (10.1.1.9) told controller PLC-3 (Siemens S7-1200, 10.1.2.20) to stop: it no longer runs its program.',
  )
  assert.match(alert!.means, /nothing is controlled/)
  assert.ok(alert!.checkFirst.length >= 2 && alert!.doNot.length >= 1)
  assert.deepEqual(alert?.rules.slice(0, 1), ['controller-stopped'])
  assert.equal(
    alert?.score,
    Math.min(
      100,
      alert!.scoreParts.reduce((sum, part) => sum + part.points, 0),
    ),
  )
})

test('quiet days raise nothing', () => {
  for (const name of ['quiet-plant', 'quiet-office', 'quiet-crossing']) assert.equal(play(name).alerts.size, 0, name)
})
