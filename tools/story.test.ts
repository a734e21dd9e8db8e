/** Rules, alerts and incidents together, on the story they are made for. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { loadContent } from '@isthmus/content'
import { createDetector } from '@isthmus/detect'
import type { Finding, Incident } from '@isthmus/model'
import { createDesk, type Desk } from '@isthmus/respond'
import { show, type Telling, tellingOf } from './lib/campaign.ts'
import { readScenario } from './scenario.ts'

const content = loadContent()

function play(name: string, heard: (finding: Finding) => void = () => {}): Desk {
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
    for (const finding of findings) {
      heard(finding)
      desk.take(finding, { client: byHost.get(finding.client.ip), server: byHost.get(finding.server.ip) })
    }
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

/** Findings of a scenario whose client is one of the intruder's hosts are the campaign's; everybody else's are not. */
function told(name: string, intruder: (client: string) => boolean): Telling {
  const findings: Finding[] = []
  const desk = play(name, (finding) => findings.push(finding))
  const telling = tellingOf(findings, desk.alerts.values(), incidentsOf(desk), ({ client }) => intruder(client.ip ?? ''))
  console.log(show(name, telling))
  return telling
}

test('the intrusion is told whole and by itself', () => {
  const { incidents, purity, completeness } = told('story-intrusion', (ip) => ['10.9.0.12', '10.5.0.10', '10.1.1.9'].includes(ip))
  assert.equal(incidents.length, 1)
  assert.ok(purity >= 0.95 && completeness >= 0.95)
})

test('a campaign of hundreds of findings beside the work and the quarrels of others is one to three incidents', () => {
  const isIntruder = (ip: string) => ['10.9.0.12', '10.5.0.10', '10.1.1.9', '10.9.2.7'].includes(ip)
  const { own, findings, incidents, purity, completeness } = told('story-campaign', isIntruder)
  assert.ok(own >= 200, `${own} findings`)
  assert.ok(findings - own >= 5, `${findings - own} findings of others`)
  assert.ok(incidents.length >= 1 && incidents.length <= 3, incidents.map(({ title }) => title).join('; '))
  assert.ok(purity >= 0.95 && completeness >= 0.95)
})
