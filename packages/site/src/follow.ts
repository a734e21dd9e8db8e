/** Findings, alerts and incidents that name an asset follow it when it turns out to be a part of another. */
import type { Alert, Finding, Incident } from '@isthmus/model'
import type { Desk } from '@isthmus/respond'

type Pair = { readonly clientAsset: string | undefined; readonly serverAsset: string | undefined }
type Current = (asset: string) => string

/** The row naming the assets that its own became; itself where nothing changes. */
export function followed<T extends Pair>(row: T, current: Current): T {
  const clientAsset = row.clientAsset === undefined ? undefined : current(row.clientAsset)
  const serverAsset = row.serverAsset === undefined ? undefined : current(row.serverAsset)
  return clientAsset === row.clientAsset && serverAsset === row.serverAsset ? row : { ...row, clientAsset, serverAsset }
}

/** Rewrites what the desk holds, so that rows to come and links to be found name the asset that stays. */
export function followDesk(desk: Desk, current: Current): void {
  const alerts: Alert[] = []
  for (const alert of desk.alerts.values()) {
    const now = followed(alert, current)
    if (now !== alert) alerts.push(now)
  }
  desk.load({ alerts, incidents: [] })
  for (const alert of alerts) desk.alerts.set(alert.id, alert)
  const incidents: Incident[] = []
  for (const incident of desk.incidents.values()) {
    if (incident.assets.every((asset) => current(asset) === asset)) continue
    const assets = [...new Set(incident.assets.map(current))]
    incidents.push({ ...incident, assets, steps: incident.steps.map((step) => followed(step, current)) })
  }
  for (const incident of incidents) desk.incidents.set(incident.id, incident)
}

export function followFindings(findings: Map<string, Finding>, current: Current): void {
  for (const [id, finding] of findings) findings.set(id, followed(finding, current))
}
