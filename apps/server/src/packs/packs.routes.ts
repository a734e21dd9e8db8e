import { fingerprintOf, MAX_PACK_BYTES, PackRefused, readPublicKey } from '@isthmus/content/pack'
import { isRefusal, noSuch, type Refusal, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { receiveText } from '../known-threats/inspect.ts'
import { textsInForce } from '../own-rules/own-rules.store.ts'
import { tellControls } from '../tell-controls.ts'
import { askInspect } from './ask-inspect.ts'
import {
  bindName,
  countNames,
  countPacks,
  deleteKey,
  deletePack,
  findPack,
  insertKey,
  installPack,
  type KnownName,
  keyTexts,
  knownName,
  listKeys,
  listPacks,
  listRemoved,
  MAX_KEYS,
  MAX_NAMES,
  MAX_PACKS,
  stepBack,
} from './packs.store.ts'
import { Fingerprint, NewPackKey, Pack, PackGone, PackKey, PackKeys, PackName, PackQuery, Packs } from './packs.wire.ts'

/** What the rules of one pack may cost at every site, in comparisons for each observation. */
const MAX_COST = 20_000

/** What consoles read anew. */
const CHANGED = ['rules', 'threats'] as const

export const packRoutes = [
  route({
    on: 'GET /packs',
    may: 'rule.read',
    about: 'Content packs in force, and the earlier versions that are kept',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Packs,
    run: async ({ tx }) => ({ items: await listPacks(tx), removed: await listRemoved(tx) }),
  }),
  route({
    on: 'POST /packs',
    may: 'pack.manage',
    audit: 'pack.installed',
    about: 'Takes a pack as the request body: signed with the trusted key that its name is bound to, and higher than every version before',
    transaction: 'none',
    params: Nothing,
    query: PackQuery,
    body: 'bytes',
    reply: Pack,
    run: async ({ me, services, http, change, query }) => {
      const text = await receiveText(http.stream, MAX_PACK_BYTES)
      if (isRefusal(text)) return text
      const { keys, others } = await services.database.scoped(
        [],
        async (tx) => ({ keys: await keyTexts(tx), others: await textsInForce(tx, null) }),
        'read only',
      )
      const answer = await askInspect({ text, keys, others })
      if (isRefusal(answer)) return answer
      if ('distrust' in answer) {
        http.note({ why: answer.distrust })
        return refuse('not-valid', `The pack is not taken: ${answer.distrust}.`)
      }
      const { pack, report } = answer
      const { pack: name, version, signature } = pack
      if (report.cost > MAX_COST)
        return refuse('not-valid', `Its rules cost ${report.cost} comparisons for each observation: at most ${MAX_COST}.`)
      http.note({ target: name, version, key: signature.key, unusable: report.unusable })
      const installed = await change(async (tx) => {
        const known = await knownName(tx, name)
        const trusted = await listKeys(tx)
        const called = (key: string) =>
          `${trusted.find(({ fingerprint }) => fingerprint === key)?.name ?? 'no longer trusted'} (${key.slice(0, 16)}…)`
        // Somebody may have taken the key away while the pack was looked into.
        const signer = trusted.find(({ fingerprint }) => fingerprint === signature.key)
        if (signer === undefined) return refuse('conflict', 'The key of the pack is trusted no more.')
        if (known !== undefined && known.key !== signature.key)
          return refuse(
            'conflict',
            `Packs named ${name} are taken from one key only, ${called(known.key)}; this one is signed with another, ${called(signature.key)}. Bind the name to that key first, if that is right.`,
          )
        const wrong = known && whyNotAfter(known, name, version, query.older !== undefined)
        if (wrong) return wrong
        if (known?.isInstalled !== true && (await countPacks(tx)) >= MAX_PACKS)
          return refuse('conflict', `There are ${MAX_PACKS} packs already.`)
        if (known === undefined && (await countNames(tx)) >= MAX_NAMES)
          return refuse('conflict', `There were ${MAX_NAMES} names of packs already.`)
        if (known !== undefined && version < known.highest) http.note({ olderThan: known.highest })
        await installPack(tx, { pack, report, signer: signer.name, by: me.id })
        return (await findPack(tx, name)) ?? noSuch('pack', name)
      })
      await tellControls(services, null, CHANGED, name)
      return installed
    },
  }),
  route({
    on: 'POST /packs/:name/back',
    may: 'pack.manage',
    audit: 'pack.back',
    about: 'Puts the version before in force again',
    params: PackName,
    query: Nothing,
    body: Nothing,
    reply: Pack,
    run: async ({ tx, params: { name }, services, http }) => {
      http.note({ target: name })
      if ((await findPack(tx, name)) === undefined) return noSuch('pack', name)
      const version = await stepBack(tx, name)
      if (version === undefined) return refuse('conflict', 'No earlier version is kept.')
      http.note({ version })
      http.afterwards(() => void tellControls(services, null, CHANGED, name))
      return (await findPack(tx, name)) ?? noSuch('pack', name)
    },
  }),
  route({
    on: 'POST /packs/:name/key',
    may: 'pack.manage',
    audit: 'pack.rebound',
    about: 'Binds the name of a pack to another trusted key: from here on only packs signed with that one are its versions',
    params: PackName,
    query: Nothing,
    body: Fingerprint,
    reply: Packs,
    run: async ({ tx, params: { name }, body: { fingerprint }, me, http }) => {
      http.note({ target: name, key: fingerprint })
      const known = await knownName(tx, name)
      if (known === undefined) return noSuch('pack', name)
      http.note({ before: known.key })
      if (!(await listKeys(tx)).some((key) => key.fingerprint === fingerprint)) return noSuch('key', fingerprint)
      await bindName(tx, name, fingerprint, me.id)
      return { items: await listPacks(tx), removed: await listRemoved(tx) }
    },
  }),
  route({
    on: 'DELETE /packs/:name',
    may: 'pack.manage',
    audit: 'pack.removed',
    about: 'Takes a pack and all its versions away; what it found stays, and so do the key of its name and its highest version',
    params: PackName,
    query: Nothing,
    body: Nothing,
    reply: PackGone,
    run: async ({ tx, params: { name }, services, http }) => {
      http.note({ target: name })
      if ((await findPack(tx, name)) === undefined) return noSuch('pack', name)
      await deletePack(tx, name)
      http.afterwards(() => void tellControls(services, null, CHANGED, name))
      return { name }
    },
  }),
  route({
    on: 'GET /pack-keys',
    may: 'rule.read',
    about: 'Public keys whose packs are taken',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: PackKeys,
    run: async ({ tx }) => ({ items: await listKeys(tx) }),
  }),
  route({
    on: 'POST /pack-keys',
    may: 'pack.manage',
    audit: 'pack-key.added',
    about: 'Trusts an Ed25519 public key (PEM)',
    params: Nothing,
    query: Nothing,
    body: NewPackKey,
    reply: PackKey,
    run: async ({ tx, body: { name, pem }, me, http }) => {
      const fingerprint = fingerprintOrRefusal(pem)
      if (typeof fingerprint !== 'string') return fingerprint
      http.note({ target: fingerprint, name })
      if ((await listKeys(tx)).length >= MAX_KEYS) return refuse('conflict', `There are ${MAX_KEYS} keys already.`)
      if (!(await insertKey(tx, { fingerprint, name, pem, by: me.id }))) return refuse('conflict', 'This key is trusted already.')
      return (await listKeys(tx)).find((key) => key.fingerprint === fingerprint) ?? noSuch('key', fingerprint)
    },
  }),
  route({
    on: 'DELETE /pack-keys/:fingerprint',
    may: 'pack.manage',
    audit: 'pack-key.removed',
    about: 'Trusts a key no more; packs that it signed stay in force until they are removed',
    params: Fingerprint,
    query: Nothing,
    body: Nothing,
    reply: Fingerprint,
    run: async ({ tx, params: { fingerprint }, http }) => {
      http.note({ target: fingerprint })
      if (!(await listKeys(tx)).some((key) => key.fingerprint === fingerprint)) return noSuch('key', fingerprint)
      await deleteKey(tx, fingerprint)
      return { fingerprint }
    },
  }),
]

/** Versions rise. An older one comes back only after the pack was removed, and only where somebody says so. */
function whyNotAfter({ highest, isInstalled }: KnownName, name: string, version: number, isOlderWanted: boolean): Refusal | undefined {
  if (isInstalled && version <= highest) return refuse('conflict', `Version ${highest} of ${name} was here already; this is ${version}.`)
  if (version < highest && !isOlderWanted)
    return refuse(
      'conflict',
      `Version ${highest} of ${name} was here until it was removed; this is ${version}, an older one. Say that an older one is wanted (older=yes) to take it.`,
    )
  return undefined
}

function fingerprintOrRefusal(pem: string): string | Refusal {
  try {
    return fingerprintOf(readPublicKey(pem))
  } catch (error) {
    if (error instanceof PackRefused) return refuse('not-valid', undefined, [{ field: 'pem', why: error.message }])
    throw error
  }
}
