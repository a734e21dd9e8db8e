/** Short names for what the API sends. The schemas are generated from the server's openapi.json: `npm run types`. */
import type { components, paths } from './schema.table.ts'

type Schemas = components['schemas']

export type Page<T> = { readonly items: readonly T[]; readonly next?: string | null; readonly total?: number | undefined }

export type Alert = Schemas['AlertRow']
export type AlertDetail = Schemas['AlertPage']
export type AlertEvidence = Schemas['AlertEvidence']
export type EvidenceSlice = Schemas['EvidenceSlice']
export type Hunt = Schemas['Hunt']
export type HuntFinding = Schemas['HuntFinding']
export type HuntGround = Schemas['HuntGround']
export type AlertState = Alert['state']
export type Resolution = NonNullable<Alert['resolution']>
export type Asset = Schemas['AssetRow']
export type AssetChange = Schemas['AssetChange']
export type AssetDetail = Schemas['AssetPage']
export type AssetType = Schemas['AssetType']
export type BaselineRow = Schemas['BaselineRow']
export type AuthorisedChange = Schemas['ChangeRow']
export type Capture = Schemas['Capture']
export type Change = Schemas['Change']
/** One row a protocol and site. */
export type Coverage = Schemas['Coverage'] & { readonly site: string }
export type DetectionDocument = Schemas['DetectionDocument']
export type DetectionSettings = Schemas['DetectionSettings']
export type Evidence = Schemas['Evidence']
export type Fact = Schemas['Fact']
export type Finding = Schemas['Finding']
export type Host = Schemas['Endpoint']
export type Incident = Schemas['IncidentRow']
export type IncidentDetail = Schemas['IncidentPage']
export type IncidentState = Incident['state']
export type IncidentStep = Schemas['IncidentStep']
export type Learning = Schemas['Learning']
export type LearningTimes = Schemas['Times']
export type Level = Schemas['Level']
export type MapLink = Schemas['MapLink']
export type MapNode = Schemas['MapNode']
export type Me = Schemas['Me']
export type Module = Schemas['Module']
export type Operation = Schemas['Operation']
export type Overview = Schemas['Overview']
export type Packet = Schemas['PacketPage']
export type Peer = Schemas['AssetPeer']
export type Person = Schemas['Person']
export type Rule = Schemas['RuleRow'] & { readonly health: RuleHealth; readonly inForce: RuleInForce }
export type RuleHealth = NonNullable<
  paths['/api/v1/rules']['get']['responses']['200']['content']['application/json']['items'][number]['health']
>
export type RuleInForce = Schemas['RuleInForce']
export type RuleThreshold = Schemas['RuleThreshold']
export type RuleDetail = Schemas['RulePage']
export type Sample = Schemas['Sample']
export type Samples = Schemas['Samples']
export type Session = Schemas['Session']
export type SignInReply = Schemas['SignInReply']
export type AssetLearning = Schemas['AssetLearning']
export type SiteLearning = Schemas['SiteLearning']
export type Suppression = Schemas['SuppressionRow']
export type SuppressionPreview = Schemas['SuppressionPreview']
export type Site = Schemas['Site']
export type SiteMap = Schemas['SiteMap']
export type Tag = Schemas['Tag']
export type TagDetail = Schemas['TagPage']
export type TagValue = Tag['value']
export type TraceNode = Schemas['TraceNode']
export type WorkEvent = Schemas['WorkEvent']

export type Term = { readonly term: string; readonly means: string }
export type ThreatSource = Schemas['ThreatSource']
export type TotpReply = { readonly state: 'confirm' | 'enrolled'; readonly uri?: string; readonly secret?: string }
