/** What the asset pages show, worked out without a browser. */
import type { AssetDetail, Fact, ProgramSection } from '../../api/types.ts'

export type Attribute = {
  readonly name: string
  readonly value: string
  /** Set by a person: wins over every fact. */
  readonly isSet: boolean
  /** Everything that speaks for this or another value, strongest first. */
  readonly facts: readonly Fact[]
}

const ORDER = [
  'name',
  'vendor',
  'model',
  'family',
  'orderCode',
  'serial',
  'hardware',
  'firmware',
  'os',
  'software',
  'type',
  'role',
  'purdueLevel',
  'domain',
  'description',
  'location',
  'contact',
  'user',
  'project',
  'state',
  'gateway',
  'interface',
  'certificate',
  'fingerprint',
]
/** Attributes the API lets a person set. */
export const SETTABLE = [
  'name',
  'vendor',
  'model',
  'family',
  'orderCode',
  'serial',
  'hardware',
  'firmware',
  'os',
  'type',
  'role',
  'purdueLevel',
  'criticality',
  'description',
  'location',
] as const

/** One row an attribute: its value in force and the facts behind it. */
export function attributesOf(asset: AssetDetail): readonly Attribute[] {
  const facts = new Map<string, Fact[]>()
  for (const fact of asset.facts) facts.set(fact.attribute, [...(facts.get(fact.attribute) ?? []), fact])
  const told: Readonly<Record<string, string | undefined>> = {
    name: asset.names[0],
    vendor: asset.vendor,
    model: asset.model,
    family: asset.family,
    orderCode: asset.orderCode,
    serial: asset.serial,
    hardware: asset.hardware,
    firmware: asset.firmware,
    os: asset.os,
    type: asset.type,
    role: asset.role,
    purdueLevel: asset.purdueLevel === undefined ? undefined : String(asset.purdueLevel),
  }
  const names = [...new Set([...ORDER, ...facts.keys(), ...Object.keys(asset.overrides)])]
  return names.flatMap((name) => {
    const known = (facts.get(name) ?? []).toSorted((a, b) => b.confidence - a.confidence || b.lastAt.localeCompare(a.lastAt))
    const value = asset.overrides[name] ?? told[name] ?? known[0]?.value
    return value === undefined || value === '' ? [] : [{ name, value, isSet: asset.overrides[name] !== undefined, facts: known }]
  })
}

/** Values of other facts that disagree with the one in force. */
export function disagreeing(attribute: Attribute): readonly string[] {
  return [...new Set(attribute.facts.map((fact) => fact.value))].filter((value) => value !== attribute.value)
}

/** Confidence in words: a number alone says little to somebody who did not choose the scale. */
export function confidenceWord(confidence: number): string {
  if (confidence >= 0.95) return 'stated'
  if (confidence >= 0.7) return 'strong'
  if (confidence >= 0.45) return 'likely'
  return 'guess'
}

const MODE_WORDS: Readonly<Record<NonNullable<AssetDetail['operating']>['mode'], string>> = {
  run: 'Running',
  stop: 'Stopped',
  program: 'In programming mode',
  test: 'In test mode',
  fault: 'Stopped by a fault',
}

/** What the device does, as it was last told. */
export function modeWord(mode: keyof typeof MODE_WORDS): string {
  return MODE_WORDS[mode]
}

/** When a section of a program last became another one, or was edited, and by whom; its contents so far and its size. */
export function lastChange({ versions }: Pick<ProgramSection, 'versions'>): {
  readonly at: string
  readonly by: string
  readonly contents: number
  readonly size: number
} {
  const whole = versions.filter(({ hash }) => hash !== undefined)
  const changes = versions.filter(({ how, hash }, i) => {
    if (how === 'edited' || hash === undefined) return how === 'edited'
    const earlier = versions.slice(0, i).filter((one) => one.hash !== undefined)
    const last = earlier.at(-1)
    // Who reads out what was loaded just before changed nothing.
    return last !== undefined && last.hash !== hash && (earlier.findLast((one) => one.how === how) ?? last).hash !== hash
  })
  const last = changes.at(-1) ?? versions.at(-1)
  const contents = new Set(whole.map(({ hash }) => hash)).size + versions.filter(({ how }) => how === 'edited').length
  return { at: last?.firstAt ?? '', by: last?.movers.at(-1)?.client ?? '', contents, size: (whole.at(-1) ?? versions.at(-1))?.bytes ?? 0 }
}
