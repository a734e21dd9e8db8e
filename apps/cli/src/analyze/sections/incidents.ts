/** Incidents and the alerts they are made of: the intrusion in order of time, and what to do first. */
import { type Alert, type Incident, type IncidentStep, showEndpoint } from '@isthmus/model'
import { LEVEL_TONES, type Style } from '../../terminal/style.ts'
import { fit, harmless, widthOf, wrap } from '../../terminal/width.ts'
import { timeText } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

export function incidentSection({ incidents, alerts }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (incidents.length > 0) {
    const byId = new Map(alerts.map((alert) => [alert.id, alert]))
    const lines = incidents
      .slice(0, rows)
      .flatMap((incident, i) => [...(i === 0 ? [] : ['']), ...incidentLines(incident, byId, rows, style)])
    return { title: 'Incidents', count: incidents.length, lines, hidden: Math.max(0, incidents.length - rows) }
  }
  if (alerts.length === 0) return undefined
  const lines = alerts.slice(0, rows).flatMap((alert, i) => [...(i === 0 ? [] : ['']), ...alertLines(alert, style)])
  return { title: 'Alerts', count: alerts.length, lines, hidden: Math.max(0, alerts.length - rows) }
}

function incidentLines(incident: Incident, alerts: ReadonlyMap<string, Alert>, rows: number, style: Style): string[] {
  const title = `  ${style.paint(` ${incident.level} `, ...LEVEL_TONES[incident.level])} ${style.paint(fit(harmless(incident.title), style.width - incident.level.length - 18), 'bold')}  ${style.paint(`score ${incident.score}`, 'dim')}`
  const steps = incident.steps.slice(0, rows)
  const out = [title, ...paragraph(incident.summary, style.width, '    '), '', ...steps.flatMap((step) => stepLines(step, style))]
  if (incident.steps.length > steps.length) out.push(style.paint(`    … ${incident.steps.length - steps.length} more steps`, 'dim'))
  const last = [...incident.alerts].map((id) => alerts.get(id)).find((alert) => alert !== undefined && alert.level === incident.level)
  return last === undefined ? out : [...out, '', ...advice(last, style)]
}

function stepLines(step: IncidentStep, style: Style): string[] {
  const level = (n: number | undefined): string => (n === undefined ? '' : ` (level ${n})`)
  const route = `${step.client}${level(step.clientPurdue)} → ${step.server}${level(step.serverPurdue)}`
  const tail = [step.tactic, ...step.attack].filter((text) => text !== '').join(' ')
  return [
    `    ${style.paint(timeText(step.at).slice(0, 19), 'dim')}  ${style.paint(fit(harmless(step.title), style.width - 25), ...LEVEL_TONES[step.level])}`,
    `                         ${harmless(route)}  ${style.paint(fit(harmless(tail), style.width - 27 - widthOf(route)), 'dim')}`,
  ]
}

function alertLines(alert: Alert, style: Style): string[] {
  const title = `  ${style.paint(` ${alert.level} `, ...LEVEL_TONES[alert.level])} ${style.paint(fit(harmless(alert.title), style.width - alert.level.length - 5), 'bold')}`
  const where = `    ${style.paint(`${timeText(alert.firstAt).slice(0, 19)}  ${harmless(`${showEndpoint(alert.client)} → ${showEndpoint(alert.server)}`)}`, 'dim')}`
  return [
    title,
    where,
    ...paragraph(alert.what, style.width, '    '),
    ...paragraph(alert.means, style.width, '    '),
    ...advice(alert, style),
  ]
}

function advice(alert: Alert, style: Style): string[] {
  const out: string[] = []
  if (alert.checkFirst.length > 0)
    out.push(style.paint('    Check first', 'green'), ...alert.checkFirst.flatMap((text) => item(text, style.width)))
  if (alert.doNot.length > 0) out.push(style.paint('    Do not', 'red'), ...alert.doNot.flatMap((text) => item(text, style.width)))
  return out
}

function item(text: string, width: number): string[] {
  return wrap(harmless(text), width - 8).map((line, i) => (i === 0 ? `      - ${line}` : `        ${line}`))
}

function paragraph(text: string, width: number, indent: string): string[] {
  return wrap(harmless(text), width - indent.length).map((line) => indent + line)
}
