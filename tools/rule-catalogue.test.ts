import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadContent } from '@isthmus/content'
import { attackLayer } from '@isthmus/content/attack-layer'
import { staleFiles } from './rule-catalogue.ts'

const FOLDER = join(import.meta.dirname, '..', 'docs', 'rules')
const PINNED = join(import.meta.dirname, '..', '..', 'shared', 'intel', 'attack', 'ics-attack-18.1.json')

test('docs/rules says what the rules say', () => {
  assert.deepEqual(staleFiles(), [], 'node tools/rule-catalogue.ts --update')
})

test('every rule that speaks has one section, and every link within the catalogue leads somewhere', () => {
  const pages = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]))
  const anchors = new Set<string>()
  for (const [name, text] of pages) for (const [, anchor] of text.matchAll(/<a id="([^"]+)">/g)) anchors.add(`${name}#${anchor}`)
  assert.equal(anchors.size, loadContent().rules.filter((rule) => rule.generates).length)
  for (const [name, text] of pages)
    for (const [, page, anchor] of text.matchAll(/\]\(([a-z-]*(?:\.md|\.json)?)(?:#([a-z0-9-]+))?\)/g)) {
      const target = page === '' ? name : page!
      assert.ok(pages.has(target), `${name} links to ${target}`)
      if (anchor !== undefined) assert.ok(anchors.has(`${target}#${anchor}`), `${name} links to ${target}#${anchor}`)
    }
  for (const text of pages.values()) assert.doesNotMatch(text, /\{[a-z.]+\}/i, 'a placeholder is left')
})

test('a layer scores a technique by its rules, in its own matrix only', () => {
  const { rules, techniques } = loadContent()
  const ics = attackLayer(rules, techniques, '18.1', 'ics')
  const enterprise = attackLayer(rules, techniques, '18.1', 'enterprise')
  assert.deepEqual([ics.domain, ics.versions.attack, ics.versions.layer], ['ics-attack', '18', '4.5'])
  for (const { techniqueID, score, comment } of ics.techniques) {
    assert.match(techniqueID, /^T0\d{3}$/)
    assert.equal(comment.split(', ').length, score)
  }
  const named = new Set(rules.flatMap(({ generates, attack }) => (generates ? attack : [])))
  assert.equal(ics.techniques.length + enterprise.techniques.length, named.size)
  for (const { techniqueID } of enterprise.techniques) assert.match(techniqueID, /^T1\d{3}(\.\d{3})?$/)
})

test('every technique of the layer for ICS is in the pinned ATT&CK data', { skip: !existsSync(PINNED) && 'needs ../shared/intel' }, () => {
  const { objects } = JSON.parse(readFileSync(PINNED, 'utf8')) as {
    objects: { type: string; external_references?: { external_id?: string }[] }[]
  }
  const known = new Set(objects.filter(({ type }) => type === 'attack-pattern').map((one) => one.external_references?.[0]?.external_id))
  const { rules, techniques } = loadContent()
  for (const { techniqueID } of attackLayer(rules, techniques, '18.1', 'ics').techniques) assert.ok(known.has(techniqueID), techniqueID)
})
