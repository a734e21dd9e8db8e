/** The shape of the tree, held by a test: who may import whom, what must be absent where, how long a file may be. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'

const ROOT = join(import.meta.dirname, '..')
const MAX_LINES = 400

/** A stage imports nouns; `protocols` also bytes; `site` puts the server half's stages together (ADR 0011). */
const PACKAGE_ARROWS: Readonly<Record<string, readonly string[]>> = {
  model: [],
  wire: ['model'],
  protocols: ['model', 'wire'],
  sources: ['model'],
  track: ['model'],
  detect: ['model'],
  respond: ['model'],
  'zeek-logs': ['model'],
  site: ['model', 'track', 'detect', 'respond'],
}
/** An app may stand on another only where ADR 0011 says so. */
const APP_ARROWS: Readonly<Record<string, readonly string[]>> = {
  sensor: [],
  plant: [],
  scanner: [],
  server: ['sensor', 'plant', 'scanner'],
  cli: ['sensor', 'server', 'plant', 'scanner'],
  console: [],
}
/** Rules, words and tables with their loader: any app may read them. */
const CONTENT = 'content'
const NO_DEPENDENCIES = [
  'packages/model',
  'packages/wire',
  'packages/protocols',
  'packages/track',
  'packages/sources',
  'packages/zeek-logs',
  'apps/sensor',
]

type Source = { path: string; text: string; imports: string[]; isTest: boolean }

/** What a source imports, statically, for its side effects, or when it runs. */
function importsOf(text: string): string[] {
  const shapes =
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g
  return [...text.matchAll(shapes)].map((m) => m[1] ?? m[2] ?? m[3]!)
}

function sources(under: string): Source[] {
  const found: Source[] = []
  for (const entry of readdirSync(join(ROOT, under), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|tsx|js)$/.test(entry) || /(^|\/)(node_modules|dist)\//.test(entry)) continue
    const file = join(ROOT, under, entry)
    if (!statSync(file).isFile()) continue
    const text = readFileSync(file, 'utf8')
    const imports = importsOf(text)
    found.push({ path: relative(ROOT, file), text, imports, isTest: /\.test\.tsx?$|\/(testing|test|bench)\//.test(file) })
  }
  return found
}

const packages = sources('packages')
const apps = sources('apps')
const code = [...packages, ...apps].filter((s) => !s.isTest)
const owner = (path: string): string => path.split('/')[1]!

test('an import is seen in every shape', () => {
  const text =
    "import { a } from 'one'\nimport {\n  b,\n  type C,\n} from 'two'\nimport 'three'\nexport { d } from 'four'\nconst e = await import('five')\n"
  assert.deepEqual(importsOf(text), ['one', 'two', 'three', 'four', 'five'])
})

test('a stage imports model and nothing else; protocols also wire; site the server half', () => {
  for (const { path, imports } of packages.filter((s) => !s.isTest)) {
    for (const from of imports.filter((i) => i.startsWith('@isthmus/'))) {
      const target = from.slice('@isthmus/'.length)
      assert.ok(PACKAGE_ARROWS[owner(path)]?.includes(target), `${path} imports ${from}`)
    }
  }
})

test('apps import stages and only the apps they may stand on; nothing imports past an index', () => {
  for (const { path, imports } of apps.filter((s) => !s.isTest)) {
    // Content is data, a file a subject: it has no index to go past.
    for (const from of imports.filter((i) => i.startsWith('@isthmus/') && !/^@isthmus\/content(\/|$)/.test(i))) {
      const [target, ...rest] = from.slice('@isthmus/'.length).split('/')
      assert.equal(rest.length, 0, `${path} imports past an index: ${from}`)
      const allowed = PACKAGE_ARROWS[target!] !== undefined || target === CONTENT || APP_ARROWS[owner(path)]?.includes(target!)
      assert.ok(allowed, `${path} imports ${from}`)
    }
  }
  for (const { path, imports } of code) {
    for (const from of imports.filter((i) => i.startsWith('.'))) {
      const target = relative(ROOT, join(ROOT, path, '..', from))
      assert.equal(target.split('/').slice(0, 2).join('/'), path.split('/').slice(0, 2).join('/'), `${path} reaches into ${from}`)
    }
  }
})

test('packages hold no I/O, no clock, no randomness', () => {
  const banned: readonly [RegExp, string][] = [
    [/\bDate\.now\b/, 'Date.now'],
    [/\bnew Date\(\)/, 'new Date()'],
    [/\bMath\.random\b/, 'Math.random'],
    [/\bsetTimeout\b/, 'setTimeout'],
    [/\bsetInterval\b/, 'setInterval'],
    [/\bprocess\.(?!read|write)/, 'process'],
    [/\bconsole\./, 'console'],
    [/\bfetch\(/, 'fetch'],
    [/\bperformance\./, 'performance'],
  ]
  for (const { path, text, imports } of packages.filter((s) => !s.isTest)) {
    for (const from of imports) assert.ok(!from.startsWith('node:'), `${path} imports ${from}`)
    const bare = text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/(^|\s)\/\/.*$/gm, '')
      .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
      .replace(/`(?:[^`\\]|\\.)*`/g, '``')
    for (const [pattern, name] of banned) assert.ok(!pattern.test(bare), `${path} uses ${name}`)
  }
})

test('the capture path cannot transmit', () => {
  const transmitters = /^node:(net|dgram|http|http2|https|tls|dns)(\/|$)/
  for (const { path, imports } of [...packages, ...apps.filter((s) => s.path.startsWith('apps/sensor/'))].filter((s) => !s.isTest)) {
    for (const from of imports) assert.ok(!transmitters.test(from), `${path} imports ${from}`)
  }
})

test('the capture path has no third-party dependency', () => {
  for (const place of NO_DEPENDENCIES) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(ROOT, place, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    const foreign = Object.keys(dependencies).filter((name) => !name.startsWith('@isthmus/'))
    assert.deepEqual(foreign, [], place)
  }
  for (const { path, imports } of packages.filter((s) => !s.isTest)) {
    if (!NO_DEPENDENCIES.some((place) => path.startsWith(`${place}/`))) continue
    for (const from of imports) assert.ok(from.startsWith('.') || from.startsWith('@isthmus/'), `${path} imports ${from}`)
  }
})

test('shared code never asks which protocol it is', () => {
  const names = readdirSync(join(ROOT, 'packages/protocols/src'), { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => e.name)
  const asks = new RegExp(`\\bprotocol(\\.name)?\\s*[!=]==?\\s*['"](${names.join('|')})['"]`)
  for (const { path, text } of code) {
    if (/^packages\/protocols\/src\/[^/]+\//.test(path) || path.startsWith('apps/plant/')) continue
    assert.ok(!asks.test(text), `${path} compares a protocol's name`)
  }
})

test('no default exports but where a tool demands one', () => {
  for (const { path, text } of code) {
    if (/(^|\/)[\w-]+\.config\.(ts|js)$/.test(path)) continue
    assert.ok(!/^export default\b/m.test(text), path)
  }
})

test(`no file is longer than ${MAX_LINES} lines; tables and generated files excepted`, () => {
  for (const { path, text } of code) {
    if (/\.(table|generated)\.ts$|\.d\.ts$/.test(path)) continue
    const lines = text.split('\n').length
    assert.ok(lines <= MAX_LINES, `${path} has ${lines} lines`)
  }
})

test('files are named in kebab-case', () => {
  for (const { path } of code) assert.match(path.split('/').at(-1)!, /^[a-z0-9]+([.-][a-z0-9]+)*\.(ts|tsx|js|d\.ts)$/, path)
})
