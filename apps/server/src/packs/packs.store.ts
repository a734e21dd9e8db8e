import { createHash } from 'node:crypto'
import type { SignedPack } from '@isthmus/content/pack'
import { sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import type { PackReport } from './inspect-pack.ts'
import type { Pack, PackKey, PackVersion } from './packs.wire.ts'

/** Versions of a pack that are kept, the one in force among them. */
const KEPT = 5
export const MAX_PACKS = 50
export const MAX_KEYS = 50

type Version = z.output<typeof PackVersion>
type Key = z.output<typeof PackKey>

const version = sql`jsonb_build_object('version', v.version, 'issued', v.issued, 'about', v.about, 'key', v.key, 'signer', v.signer,
  'rules', jsonb_array_length(v.report -> 'rules'), 'indicators', v.report -> 'indicators', 'yara', v.report -> 'yara',
  'unusable', v.report -> 'unusable', 'problems', v.report -> 'problems', 'by', ${personOf('v.installed_by')}, 'at', us(v.installed_at))`

export async function listPacks(tx: Tx): Promise<z.output<typeof Pack>[]> {
  const { rows } = await sql<{ name: string; inForce: number; row: Version }>`
    select p.name, p.version as "inForce", ${version} as row from packs p join pack_versions v on v.pack = p.name
    order by p.name, v.version desc`.execute(tx)
  return [...Map.groupBy(rows, ({ name }) => name)].map(([name, versions]) => {
    const of = (wanted: (n: number, inForce: number) => boolean) =>
      versions.filter(({ row, inForce }) => wanted(row.version, inForce)).map(({ row }) => row)
    return { name, inForce: of((n, inForce) => n === inForce)[0]!, earlier: of((n, inForce) => n < inForce) }
  })
}

export async function findPack(tx: Tx, name: string): Promise<z.output<typeof Pack> | undefined> {
  return (await listPacks(tx)).find((pack) => pack.name === name)
}

/** What rules of packs in force say of themselves. */
export async function packRules(tx: Tx): Promise<{ pack: string; version: number; rules: PackReport['rules'] }[]> {
  const { rows } = await sql<{ pack: string; version: number; rules: PackReport['rules'] }>`
    select p.name as pack, p.version, v.report -> 'rules' as rules from packs p
    join pack_versions v on v.pack = p.name and v.version = p.version order by p.name`.execute(tx)
  return rows
}

/** The file of a pack in force, as it came. */
export async function packRuleText(tx: Tx, pack: string, path: string): Promise<string> {
  const { rows } = await sql<{ text: string }>`select text from pack_files_in_force where pack = ${pack} and path = ${path}`.execute(tx)
  return rows[0]?.text ?? ''
}

export type Installed = { readonly pack: SignedPack; readonly report: PackReport; readonly signer: string; readonly by: string }

/** Puts a version in force; versions beyond those kept go. */
export async function installPack(tx: Tx, { pack, report, signer, by }: Installed): Promise<void> {
  const { pack: name, version, issued, about, files, signature } = pack
  await sql`insert into packs (name, version) values (${name}, ${version}) on conflict (name) do update set version = excluded.version`.execute(
    tx,
  )
  await sql`insert into pack_versions (pack, version, issued, about, key, signer, report, installed_by)
    values (${name}, ${version}, ${issued}, ${about}, ${signature.key}, ${signer}, ${jsonText(report)}::jsonb, ${by})`.execute(tx)
  for (const { path, kind, text } of files) {
    const sha256 = createHash('sha256').update(text).digest('hex')
    await sql`insert into pack_files (pack, version, path, kind, text, sha256) values (${name}, ${version}, ${path}, ${kind}, ${text}, ${sha256})`.execute(
      tx,
    )
  }
  await sql`delete from pack_versions where pack = ${name} and version not in
    (select version from pack_versions where pack = ${name} order by version desc limit ${KEPT})`.execute(tx)
}

/** The version that is in force from here on; undefined where none is kept below it. */
export async function stepBack(tx: Tx, name: string): Promise<number | undefined> {
  const { rows } = await sql<{ version: number }>`
    update packs p set version = (select max(v.version) from pack_versions v where v.pack = p.name and v.version < p.version)
    where p.name = ${name} and exists (select 1 from pack_versions v where v.pack = p.name and v.version < p.version) returning version`.execute(
    tx,
  )
  return rows[0]?.version
}

/** The highest version that was ever installed and is kept: an upload must be above it. */
export async function highestVersion(tx: Tx, name: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select coalesce(max(version), 0) as n from pack_versions where pack = ${name}`.execute(tx)
  return rows[0]?.n ?? 0
}

export async function countPacks(tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from packs`.execute(tx)
  return rows[0]?.n ?? 0
}

export async function deletePack(tx: Tx, name: string): Promise<void> {
  await sql`delete from packs where name = ${name}`.execute(tx)
}

export async function listKeys(tx: Tx): Promise<Key[]> {
  const { rows } = await sql<{ row: Key }>`select jsonb_build_object('fingerprint', k.fingerprint, 'name', k.name,
    'by', ${personOf('k.added_by')}, 'at', us(k.added_at)) as row from pack_keys k order by k.name, k.fingerprint`.execute(tx)
  return rows.map(({ row }) => row)
}

export async function keyTexts(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ pem: string }>`select pem from pack_keys order by fingerprint`.execute(tx)
  return rows.map(({ pem }) => pem)
}

/** False when it is known already. */
export async function insertKey(tx: Tx, key: { fingerprint: string; name: string; pem: string; by: string }): Promise<boolean> {
  const { rows } =
    await sql`insert into pack_keys (fingerprint, name, pem, added_by) values (${key.fingerprint}, ${key.name}, ${key.pem}, ${key.by})
    on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}

export async function deleteKey(tx: Tx, fingerprint: string): Promise<void> {
  await sql`delete from pack_keys where fingerprint = ${fingerprint}`.execute(tx)
}
