/** Every route there is. */
import { alertSourceRoutes } from './alert-sources/alert-sources.routes.ts'
import { alertRoutes } from './alerts/alerts.routes.ts'
import { assetRoutes } from './assets/assets.routes.ts'
import { auditRoutes } from './audit/audit.routes.ts'
import { authorisedChangeRoutes } from './authorised-changes/authorised-changes.routes.ts'
import { baselineRoutes } from './baseline/baseline.routes.ts'
import { learningRoutes } from './baseline/learning.routes.ts'
import { captureRoutes } from './captures/captures.routes.ts'
import { coverageRoutes } from './coverage/coverage.routes.ts'
import { detectionSettingRoutes } from './detection-settings/detection-settings.routes.ts'
import { eventRoutes } from './events/events.routes.ts'
import { evidenceRoutes } from './evidence/evidence.routes.ts'
import { findingRoutes } from './findings/findings.routes.ts'
import { glossaryRoutes } from './glossary/glossary.routes.ts'
import { healthRoutes } from './health/health.routes.ts'
import { documentRoutes } from './http/openapi.routes.ts'
import type { Route } from './http/route.ts'
import { huntRoutes } from './hunts/hunts.routes.ts'
import { incidentRoutes } from './incidents/incidents.routes.ts'
import { knownThreatRoutes } from './known-threats/known-threats.routes.ts'
import { feedRoutes } from './known-threats/taxii/feeds.routes.ts'
import { mapRoutes } from './map/map.routes.ts'
import { operationRoutes } from './operations/operations.routes.ts'
import { overviewRoutes } from './overview/overview.routes.ts'
import { ownRuleRoutes } from './own-rules/own-rules.routes.ts'
import { packRoutes } from './packs/packs.routes.ts'
import { programRoutes } from './programs/programs.routes.ts'
import { ruleRoutes } from './rules/rules.routes.ts'
import { sessionRoutes } from './sessions/sessions.routes.ts'
import { signInRoutes } from './sign-ins/sign-ins.routes.ts'
import { siteRoutes } from './sites/sites.routes.ts'
import { suppressionRoutes } from './suppressions/suppressions.routes.ts'
import { tagRoutes } from './tags/tags.routes.ts'
import { userRoutes } from './users/users.routes.ts'

export const ROUTES: readonly Route[] = [
  ...signInRoutes,
  ...siteRoutes,
  ...overviewRoutes,
  ...assetRoutes,
  ...mapRoutes,
  ...sessionRoutes,
  ...operationRoutes,
  ...tagRoutes,
  ...programRoutes,
  ...findingRoutes,
  ...alertRoutes,
  ...evidenceRoutes,
  ...incidentRoutes,
  ...suppressionRoutes,
  ...authorisedChangeRoutes,
  ...knownThreatRoutes,
  ...feedRoutes,
  ...captureRoutes,
  ...huntRoutes,
  ...coverageRoutes,
  ...alertSourceRoutes,
  ...ruleRoutes,
  ...packRoutes,
  ...ownRuleRoutes,
  ...baselineRoutes,
  ...learningRoutes,
  ...detectionSettingRoutes,
  ...glossaryRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...eventRoutes,
  ...healthRoutes,
  ...documentRoutes,
]
