/**
 * Rules written for another product's logs, read over our observations. A log is one or more views; a line of the log is an observation
 * of a view. A rule takes the first view that has every field it names, so that one line is one observation and a count counts lines.
 */
import type { Observation, ObservationKind } from '@isthmus/model'
import { getter, isTime } from '../fields.ts'
import { type Path, Refused } from '../refused.ts'
import type { Getter, Predicate } from '../rule.ts'

/** The field of ours with the same value; or what the other product says instead of that value, in each of its spellings. */
export type ForeignField = string | { readonly from: string; readonly as: (o: Observation) => unknown }

export type View = {
  readonly kinds: readonly ObservationKind[]
  /** Which observations of these kinds are lines of the log, besides the protocol. */
  readonly holds?: ((o: Observation) => boolean) | undefined
  readonly fields: Readonly<Record<string, ForeignField>>
}

export type ForeignLog = {
  /** Observations of these protocols; of any where absent. */
  readonly protocols?: readonly string[]
  readonly views: readonly View[]
  /** Fields the log has and ours does not, where there is more to say than that. */
  readonly lacks?: Readonly<Record<string, string>>
}

/** One log as one rule sees it. */
export type Opened = {
  readonly kinds: readonly ObservationKind[]
  readonly isLine: Predicate
  readonly read: (name: string) => { readonly get: Getter; readonly from: string; readonly isTime: boolean } | undefined
}

export function openForeign(label: string, log: ForeignLog, named: readonly (readonly [name: string, path: Path])[]): Opened {
  for (const [name, path] of named) if (!log.views.some((view) => has(view, name))) throw new Refused(path, whyNot(label, log, name))
  const view = log.views.find((one) => named.every(([name]) => has(one, name)))
  if (view === undefined) throw apart(label, log, named)
  const { kinds, holds } = view
  const protocols = log.protocols === undefined ? undefined : new Set(log.protocols)
  return {
    kinds,
    isLine: ({ observation: o }) => (protocols === undefined || protocols.has(o.protocol)) && (holds === undefined || holds(o)),
    read(name) {
      if (!has(view, name)) return undefined
      const field = view.fields[name]!
      const from = typeof field === 'string' ? field : field.from
      const get: Getter = typeof field === 'string' ? getter(field) : ({ observation }) => field.as(observation)
      return { get, from, isTime: typeof field === 'string' && isTime(field, kinds) }
    },
  }
}

function has(view: View, name: string): boolean {
  return Object.hasOwn(view.fields, name)
}

function whyNot(label: string, { lacks, views }: ForeignLog, name: string): string {
  const reason = lacks !== undefined && Object.hasOwn(lacks, name) ? lacks[name] : 'our observations do not carry it'
  const known = [...new Set(views.flatMap(({ fields }) => Object.keys(fields)))]
  return `the field "${name}" of ${label} cannot be mapped: ${reason}. Mapped are ${known.join(', ')}`
}

/** Each field is mapped, but no observation has them all. */
function apart(label: string, { views }: ForeignLog, named: readonly (readonly [name: string, path: Path])[]): Refused {
  const left = (view: View) => named.filter(([name]) => !has(view, name))
  const [best] = views.map(left).sort((a, b) => a.length - b.length)
  const [name, path] = best![0]!
  const others = [...new Set(named.map(([other]) => other))].filter((other) => other !== name)
  return new Refused(path, `the field "${name}" of ${label} and ${others.join(', ')} are never in one observation of ours`)
}
