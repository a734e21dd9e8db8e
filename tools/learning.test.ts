/** The intrusion that the story scenarios tell, during learning and again long after: with the rules as they are shipped. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { loadContent } from '@isthmus/content'
import { createDetector, LEARNING_DEFAULTS } from '@isthmus/detect'
import type { Finding } from '@isthmus/model'
import { readScenario } from './scenario.ts'

const HOUR = 3600e6
const DAY = 24 * HOUR
const content = loadContent()
const { rules } = content

/** The intruder's part of the story, after the hour in which its plant shows its habits. */
const STORY = readScenario('story-intrusion').events
const START = STORY[0]!.observation.at
const CAMPAIGN = STORY.filter(({ observation }) => observation.at - START > HOUR)

function play(detector: ReturnType<typeof createDetector>, events: typeof STORY, after: number): Finding[] {
  const found = new Map<string, Finding>()
  for (const { observation, ends } of events) {
    const moved = { ...observation, at: observation.at + after, ...('first' in observation ? { first: observation.first + after } : {}) }
    for (const finding of detector.evaluate(moved, ends)) found.set(finding.id, finding)
  }
  return [...found.values()]
}

const strong = (findings: readonly Finding[], engine: Finding['engine']): string[] =>
  [...new Set(findings.filter((f) => f.engine === engine && f.level !== 'low').map((f) => f.rule))].sort()

test('a campaign during learning is reported, taught nothing, and is reported whole when it comes again', () => {
  const detector = createDetector(rules, { site: 'scenario', learningUs: LEARNING_DEFAULTS.siteUs, learning: LEARNING_DEFAULTS })
  const habits = STORY.filter(({ observation }) => observation.at - START <= HOUR)
  play(detector, habits, 0)
  const before = new Set([...detector.learned.rows()].map(({ id }) => id))
  const during = play(detector, CAMPAIGN, 0)
  // Rules with a learning time of their own keep what they told, not what they learnt.
  const taught = [...detector.learned.rows()].filter(({ id, phase }) => phase !== 'operational' && !before.has(id))
  const again = play(detector, CAMPAIGN, 60 * DAY)
  assert.deepEqual(taught, [])
  assert.ok(strong(during, 'threat').length >= 7)
  assert.deepEqual(strong(again, 'threat'), strong(during, 'threat'))
  assert.deepEqual(strong(during, 'policy'), [])
  const news = strong(again, 'policy')
  for (const rule of [
    'account-from-new-host',
    'admin-share-used',
    'engineering-over-remote-session',
    'new-writer',
    'value-written-over-remote-session',
  ])
    assert.ok(news.includes(rule), rule)
})
