/** `npm run new protocol NAME`: copies the living template (a real, tested protocol) under a new name and lists it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const TEMPLATE = 'ntp'
const folder = join(import.meta.dirname, '..', 'packages', 'protocols', 'src')
const [what, name] = process.argv.slice(2)

function fail(why: string): never {
  console.error(why)
  process.exit(2)
}

if (what !== 'protocol' || name === undefined) fail('usage: npm run new protocol NAME')
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) fail(`${name}: a protocol's name is lower-case letters, digits and single hyphens`)
const target = join(folder, name)
if (existsSync(target)) fail(`packages/protocols/src/${name} is there already`)

const camel = name.replace(/-(.)/g, (_, c: string) => c.toUpperCase())
const type = camel[0]!.toUpperCase() + camel.slice(1)
const renamed = (text: string): string =>
  text
    .replace(/\bNtp\b/g, type)
    .replace(/\bNTP\b/g, name.toUpperCase())
    .replace(/\bntp\b/g, (word) => word && camel)

mkdirSync(target)
for (const file of readdirSync(join(folder, TEMPLATE))) {
  const text = renamed(readFileSync(join(folder, TEMPLATE, file), 'utf8'))
    .replaceAll(`./${camel}.ts`, `./${name}.ts`)
    .replaceAll(`name: '${camel}'`, `name: '${name}'`)
  writeFileSync(join(target, file.replace(TEMPLATE, name)), text)
}
const registry = join(folder, 'registry.ts')
const lines = readFileSync(registry, 'utf8').split('\n')
const put = (line: string, isPeer: (l: string) => boolean): void => {
  let at = -1
  for (let i = 0; i < lines.length; i++) if (isPeer(lines[i]!) && (at < 0 || lines[i]! < line)) at = i
  lines.splice(at + 1, 0, line)
}
put(`import { ${camel} } from './${name}/protocol.ts'`, (l) => l.startsWith('import {'))
put(`  ${camel},`, (l) => /^ {2}\w+,$/.test(l))
writeFileSync(registry, lines.join('\n'))
console.log(`packages/protocols/src/${name} is a copy of ${TEMPLATE} under a new name, and is listed.
1. Put a capture where you can read it, or write one in code.
2. Fill the table and frame/parse from the specification; npx isthmus show CAPTURE prints every field with its offset.
3. Say what it means in observe.ts, and its log's rows in zeek.ts.
4. node --test 'packages/protocols/src/${name}/*.test.ts', then npm run check.`)
