/** The re-enactment through the sensor half and the server half, judged. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { analyze } from '@isthmus/cli'
import { loadContent } from '@isthmus/content'
import type { Alert, Finding } from '@isthmus/model'
import { writeTritonCapture } from '@isthmus/plant'
import { type Telling, tellingOf } from '../lib/campaign.ts'
import { CRITERIA } from './criteria.table.ts'
import { judge, type Verdict, Witness } from './judge.ts'
import { scoredSubSteps } from './substeps.ts'

const DAY_US = 86_400_000_000
const LEARNING_DAYS = 7
const QUIET_DAYS = 7
/** The adversary's machine, and the two engineering stations it works from. */
const INTRUDER: ReadonlySet<string> = new Set(['10.0.100.1', '10.0.100.15', '10.0.100.20'])

export type Score = {
  readonly verdicts: readonly Verdict[]
  /** Alerts of the quiet week: after learning, before the intrusion. */
  readonly quiet: readonly Alert[]
  readonly alerts: number
  readonly incidents: number
  /** How the incidents tell the intrusion: its findings are those on packets of the intruder's hosts from its first moment. */
  readonly telling: Telling
}

export async function score(seed: string): Promise<Score> {
  const folder = mkdtempSync(join(tmpdir(), 'scoreboard-'))
  try {
    const capture = join(folder, 'triton.pcap')
    const play = await writeTritonCapture(capture, { seed, quietDays: LEARNING_DAYS + QUIET_DAYS })
    const played = new Map(play.subSteps.map((step) => [step.id, step]))
    const steps = scoredSubSteps()
    const witnesses = new Map(
      steps.flatMap(({ id }) => {
        const [criterion, window] = [CRITERIA[id], played.get(id)]
        return criterion && window ? [[id, new Witness(criterion, window)] as const] : []
      }),
    )
    const picture = await analyze([capture], {
      site: 'triton',
      learningUs: LEARNING_DAYS * DAY_US,
      observed: (observation) => {
        if (observation.at >= play.intrusionAt) for (const witness of witnesses.values()) witness.hear(observation)
      },
    })
    const during = picture.findings.filter((finding) => finding.at >= play.intrusionAt)
    const { techniques } = loadContent()
    const verdicts = steps.map((step): Verdict => {
      const witness = witnesses.get(step.id)
      return witness ? judge(step, witness, during, techniques) : { step, level: 'none', seen: [], rules: [] }
    })
    const quiet = picture.alerts.filter((alert) => alert.firstAt < play.intrusionAt)
    const incidents = picture.incidents.filter(({ mergedInto }) => mergedInto === undefined)
    const isOwn = ({ at, client }: Finding) => at >= play.intrusionAt && INTRUDER.has(client.ip ?? '')
    const telling = tellingOf(picture.findings, picture.alerts, incidents, isOwn)
    return { verdicts, quiet, alerts: picture.alerts.length - quiet.length, incidents: incidents.length, telling }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
