/** What was moved of each section of each controller's program, version by version; the bytes go to whoever keeps them. */
import {
  derivedId,
  hostOf,
  type KeptContent,
  type ProgramMoved,
  type ProgramMover,
  type ProgramSection,
  type ProgramVersion,
} from '@isthmus/model'
import type { AssetRecord } from '../asset-record.ts'
import { inOrder, LiveCollection, type Mutable } from '../live-collection.ts'
import type { Refusals } from '../row-set.ts'

export type ProgramCaps = { readonly programs: number; readonly programsOfServer: number }

/** Versions listed of one section; the oldest leave. */
const MAX_VERSIONS = 24
/** Movers listed of one version; who moved it longest ago leaves. */
const MAX_MOVERS = 6
/** Of a name on the wire. */
const MAX_NAME = 256

const HOW = { 'program.downloaded': 'loaded', 'program.uploaded': 'read', 'program.edited': 'edited' } as const

const FIELDS = [
  'id',
  'site',
  'server',
  'asset',
  'protocol',
  'section',
  'sectionType',
  'versions',
  'left',
  'firstAt',
  'lastAt',
] as const satisfies readonly (keyof ProgramSection)[]
const VERSION_FIELDS = [
  'how',
  'hash',
  'content',
  'bytes',
  'count',
  'firstAt',
  'lastAt',
  'movers',
  'first',
  'last',
] as const satisfies readonly (keyof ProgramVersion)[]
const MOVER_FIELDS = ['client', 'asset', 'user', 'count', 'lastAt'] as const satisfies readonly (keyof ProgramMover)[]

export class Programs {
  readonly all = new LiveCollection<ProgramSection>()
  readonly #site: string
  readonly #caps: ProgramCaps
  readonly #refusals: Refusals
  readonly #byKey = new Map<string, Mutable<ProgramSection>>()
  readonly #perServer = new Map<string, number>()
  readonly #contents = new Map<string, KeptContent>()

  constructor(site: string, caps: ProgramCaps, refusals: Refusals) {
    this.#site = site
    this.#caps = caps
    this.#refusals = refusals
  }

  apply(o: ProgramMoved, client: AssetRecord | undefined, server: AssetRecord | undefined): void {
    // What the controller refused is no version of anything.
    if (o.ok === false) return
    const section = this.#find(o)
    if (section === undefined) return
    if (server?.confirmed) section.asset = server.id
    const how = HOW[o.kind]
    const at = section.versions.findLastIndex((version) => version.how === how)
    const known = section.versions[at]
    const mover: ProgramMover = {
      client: hostOf(o.client),
      asset: client?.confirmed ? client.id : undefined,
      user: o.user,
      count: 1,
      lastAt: o.at,
    }
    if (known !== undefined && isSame(known, o)) {
      section.versions = section.versions.with(at, again(known, o, mover))
    } else this.#add(section, o, mover)
    section.firstAt = Math.min(section.firstAt, o.at)
    section.lastAt = Math.max(section.lastAt, o.at)
    this.all.touch(section.id)
    if (o.content === undefined || this.#contents.has(o.content.hash)) return
    this.#contents.set(o.content.hash, { ...o.content, server: section.server, at: o.at })
  }

  takeContents(): KeptContent[] {
    const contents = [...this.#contents.values()]
    this.#contents.clear()
    return contents
  }

  load(stored: ProgramSection): void {
    const section = inOrder(FIELDS, stored)
    section.versions = stored.versions.map((version) => ({
      ...inOrder(VERSION_FIELDS, version),
      movers: version.movers.map((mover) => inOrder(MOVER_FIELDS, mover)),
    }))
    this.all.load(section.id, section)
    this.#byKey.set(keyOf(section, section.server), section)
    this.#perServer.set(section.server, (this.#perServer.get(section.server) ?? 0) + 1)
  }

  /** An asset goes on under another id. */
  repoint(lost: string, into: string): void {
    for (const [id, section] of this.all.livesById()) {
      const moved = section.versions.some(({ movers }) => movers.some(({ asset }) => asset === lost))
      if (section.asset !== lost && !moved) continue
      if (section.asset === lost) section.asset = into
      if (moved) {
        section.versions = section.versions.map((version) => ({
          ...version,
          movers: version.movers.map((mover) => (mover.asset === lost ? { ...mover, asset: into } : mover)),
        }))
      }
      this.all.touch(id)
    }
  }

  #add(section: Mutable<ProgramSection>, o: ProgramMoved, mover: ProgramMover): void {
    const version: ProgramVersion = {
      how: HOW[o.kind],
      hash: o.hash,
      content: o.content?.hash,
      bytes: o.bytes,
      count: 1,
      firstAt: o.at,
      lastAt: o.at,
      movers: [mover],
      first: o.evidence,
      last: o.evidence,
    }
    const kept = section.versions.slice(-(MAX_VERSIONS - 1))
    section.left += section.versions.length - kept.length
    section.versions = [...kept, version]
  }

  #find(o: ProgramMoved): Mutable<ProgramSection> | undefined {
    const server = hostOf(o.server)
    const named = { protocol: o.protocol, section: o.section.slice(0, MAX_NAME), sectionType: o.sectionType.slice(0, MAX_NAME) }
    const key = keyOf(named, server)
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const ofServer = this.#perServer.get(server) ?? 0
    if (this.all.size >= this.#caps.programs || ofServer >= this.#caps.programsOfServer) {
      this.#refusals.add('program sections')
      return undefined
    }
    this.#perServer.set(server, ofServer + 1)
    const section: Mutable<ProgramSection> = {
      id: derivedId('program', this.#site, key),
      site: this.#site,
      server,
      asset: undefined,
      ...named,
      versions: [],
      left: 0,
      firstAt: o.at,
      lastAt: o.at,
    }
    this.all.set(section.id, section)
    this.#byKey.set(key, section)
    return section
  }
}

/** Where there was no room for its bytes, a section is known by its hash alone. */
function isSame({ hash, content, bytes }: ProgramVersion, o: ProgramMoved): boolean {
  return hash === o.hash && bytes === o.bytes && (hash !== undefined || content === o.content?.hash)
}

/** The same content once more. */
function again(version: ProgramVersion, o: ProgramMoved, mover: ProgramMover): ProgramVersion {
  const before = version.movers.find(({ client, user }) => client === mover.client && user === mover.user)
  const others = version.movers.filter((one) => one !== before)
  const moved = before === undefined ? mover : { ...mover, asset: mover.asset ?? before.asset, count: before.count + 1 }
  return {
    ...version,
    content: version.content ?? o.content?.hash,
    count: version.count + 1,
    firstAt: Math.min(version.firstAt, o.at),
    lastAt: Math.max(version.lastAt, o.at),
    movers: [...others.slice(-(MAX_MOVERS - 1)), moved],
    last: o.evidence,
  }
}

function keyOf({ protocol, section, sectionType }: Pick<ProgramSection, 'protocol' | 'section' | 'sectionType'>, server: string): string {
  return [server, protocol, sectionType, section].join('\u0001')
}
