import { type Alert, type Asset, Collection, type Finding, type Incident, type Technique, type Wording } from '@isthmus/model'

export type DeskContent = {
  readonly techniques: Readonly<Record<string, Technique>>
  readonly wording: readonly Wording[]
}

export type Desk = {
  /** Takes a finding, or the same finding grown. */
  take(finding: Finding, ends: { readonly client: Asset | undefined; readonly server: Asset | undefined }): void
  readonly alerts: Collection<Alert>
  readonly incidents: Collection<Incident>
  /** Restores durable documents; `settled` are alerts a person has resolved: they take no more findings. */
  load(rows: { readonly alerts: Iterable<Alert>; readonly incidents: Iterable<Incident>; readonly settled?: Iterable<string> }): void
  /** A person resolved the alert: what comes after is a new one. */
  settle(alert: string): void
  /** A person moved or merged an incident. */
  replace(incident: Incident): void
}

export function createDesk(_site: string, _content: DeskContent): Desk {
  return {
    take: () => {},
    alerts: new Collection<Alert>(50_000),
    incidents: new Collection<Incident>(5_000),
    load: () => {},
    settle: () => {},
    replace: () => {},
  }
}
