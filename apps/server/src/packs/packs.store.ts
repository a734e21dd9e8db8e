import { createHash } from 'node:crypto'
import type { SignedPack } from '@isthmus/content/pack'
import { sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import type { PackReport } from './inspect-pack.ts'
import type { Pack, PackKey, PackVersion, RemovedPack } from './packs.wire.ts'

/** Versions of a pack that are kept, the one in force among them. */
const KEPT = 5
export const MAX_PACKS = 50
export const MAX_KEYS = 50
/** Names that are remembered, those of removed packs among them. */
export const MAX_NAMES = 1000

type Version = z.output<typeof PackVersion>
type Key = z.output<typeof PackKey>
type Bound = z.output<typeof Pack>['bound']

const version = sql`jsonb_build_object('version', v.version, 'issued', v.issued, 'about', v.about, 'key', v.key, 'signer', v.signer,
  'rules', jsonb_array_length(v.report -> 'rules'), 'indicators', v.report -> 'indicators', 'yara', v.report -> 'yara',
  'unusable', v.report -> 'unusable', 'problems', v.report -> 'problems', 'by', ${personOf('v.installed_by')}, 'at', us(v.installed_at))`

const bound = sql`jsonb_build_object('key', n.key, 'by', ${personOf('n.bound_by')}, 'at', us(n.bound_at),
  'signer', (select k.name from pack_keys k where k.fingerprint = n.key))`

export async function listPacks(tx: Tx): Promise<z.output<typeof Pack>[]> {
  const { rows } = await sql<{ name: string; inForce: number; row: Version; bound: Bound }>`
    select p.name, p.version as "inForce", ${version} as row, ${bound} as bound
    from packs p join pack_names n on n.name = p.name join pack_versions v on v.pack = p.name
    order by p.name, v.version desc`.execute(tx)
  return [...Map.groupBy(rows, ({ name }) => name)].map(([name, versions]) => {
    const of = (wanted: (n: number, inForce: number) => boolean) =>
      versions.filter(({ row, inForce }) => wanted(row.version, inForce)).map(({ row }) => row)
    return { name, bound: versions[0]!.bound, inForce: of((n, inForce) => n === inForce)[0]!, earlier: of((n, inForce) => n < inForce) }
  })
}

/** Names of packs that are here no more. */
export async function listRemoved(tx: Tx): Promise<z.output<typeof RemovedPack>[]> {
  const { rows } = await sql<{ row: z.output<typeof RemovedPack> }>`
    select jsonb_build_object('name', n.name, 'bound', ${bound}, 'highest', n.highest) as row from pack_names n
    where not exists (select 1 from packs p where p.name = n.name) order by n.name limit ${MAX_NAMES}`.execute(tx)
  return rows.map(({ row }) => row)
}

export type KnownName = { readonly key: string; readonly highest: number; readonly isInstalled: boolean }

/** What is remembered of a name; held until the transaction ends. */
export async function knownName(tx: Tx, name: string): Promise<KnownName | undefined> {
  const { rows } = await sql<KnownName>`select n.key, n.highest, exists (select 1 from packs p where p.name = n.name) as "isInstalled"
    from pack_names n where n.name = ${name} for update of n`.execute(tx)
  return rows[0]
}

export async function countNames(tx: Tx): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from pack_names`.execute(tx)
  return rows[0]?.n ?? 0
}

/** Only this key signs packs of the name from here on. */
export async function bindName(tx: Tx, name: string, key: string, by: string): Promise<void> {
  await sql`update pack_names set key = ${key}, bound_by = ${by}, bound_at = now() where name = ${name}`.execute(tx)
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
  // The first to sign a name keeps it. Who says that an older version is wanted begins to count there.
  await sql`insert into pack_names (name, key, highest, bound_by) values (${name}, ${signature.key}, ${version}, ${by})
    on conflict (name) do update set highest = excluded.highest`.execute(tx)
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
