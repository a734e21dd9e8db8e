/** OpenAPI 3.1 out of the table of routes. Run with `--write` to refresh apps/server/openapi.json. */
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { AlertSource } from '../alert-sources/alert-sources.wire.ts'
import { AlertPage, AlertRow, AlertRows, WorkEvent } from '../alerts/alerts.wire.ts'
import { AssetChange, AssetPage, AssetPeer, AssetRow, AssetRows, AssetType, Fact, Module } from '../assets/assets.wire.ts'
import { AuditEntry } from '../audit/audit.wire.ts'
import { ChangeRow } from '../authorised-changes/authorised-changes.wire.ts'
import { AssetName, BaselineRow, BaselineRows, Phase } from '../baseline/baseline.wire.ts'
import { AssetLearning, Learning, SiteLearning, Standing, Times } from '../baseline/learning.wire.ts'
import { Capture, Captures, PacketPage, TraceNode } from '../captures/captures.wire.ts'
import { Coverage } from '../coverage/coverage.wire.ts'
import { DetectionDocument, DetectionSettings, RuleInForce, RuleThreshold } from '../detection-settings/detection-settings.wire.ts'
import { AlertEvidence, EvidenceSlice } from '../evidence/evidence.wire.ts'
import { Finding, Findings } from '../findings/findings.wire.ts'
import { Hunt, HuntFinding, HuntFindings, HuntGround, Hunts } from '../hunts/hunts.wire.ts'
import { IncidentPage, IncidentRow, IncidentRows, IncidentStep } from '../incidents/incidents.wire.ts'
import { ThreatSource } from '../known-threats/known-threats.wire.ts'
import { MapLink, MapNode, SiteMap } from '../map/map.wire.ts'
import { Operation, Operations } from '../operations/operations.wire.ts'
import { Change, Overview } from '../overview/overview.wire.ts'
import { FieldReference, OwnAnswer, OwnRulePage, OwnRuleRow, OwnRuleText } from '../own-rules/own-rules.wire.ts'
import { Pack, PackKey, PackVersion, RemovedPack } from '../packs/packs.wire.ts'
import {
  AlertProgram,
  ProgramByteChange,
  ProgramDiff,
  ProgramLineChange,
  ProgramPage,
  ProgramSection,
  ProgramSections,
  ProgramVersion,
} from '../programs/programs.wire.ts'
import { ROUTES } from '../routes.table.ts'
import { RulePage, RuleRow } from '../rules/rules.wire.ts'
import { Session, Sessions } from '../sessions/sessions.wire.ts'
import { Me, SignInReply } from '../sign-ins/sign-ins.wire.ts'
import { Site, Sites } from '../sites/sites.wire.ts'
import { SuppressionPreview, SuppressionRow } from '../suppressions/suppressions.wire.ts'
import { Sample, Samples, Tag, TagPage, Tags } from '../tags/tags.wire.ts'
import { User } from '../users/users.wire.ts'
import { ERRORS } from './errors.table.ts'
import { PREFIX } from './mount.ts'
import type { Route } from './route.ts'
import { Endpoint, Evidence, Level, Person } from './wire.ts'

const Failure = z.object({
  code: z.enum(Object.keys(ERRORS) as [string, ...string[]]),
  message: z.string(),
  details: z.array(z.object({ field: z.string(), why: z.string() })),
})

/** Schemas that get a name of their own; the rest is written where it is used. */
const NAMED: Readonly<Record<string, z.ZodType>> = {
  AlertEvidence,
  AlertPage,
  AlertProgram,
  AlertRow,
  AlertRows,
  AlertSource,
  AssetChange,
  AssetLearning,
  AssetName,
  AssetPage,
  AssetPeer,
  AssetRow,
  AssetRows,
  AssetType,
  AuditEntry,
  BaselineRow,
  BaselineRows,
  Capture,
  Captures,
  Change,
  ChangeRow,
  Coverage,
  DetectionDocument,
  DetectionSettings,
  Endpoint,
  Evidence,
  EvidenceSlice,
  Fact,
  Failure,
  Finding,
  Findings,
  Hunt,
  HuntFinding,
  HuntFindings,
  HuntGround,
  Hunts,
  IncidentPage,
  IncidentRow,
  IncidentRows,
  IncidentStep,
  Learning,
  Level,
  MapLink,
  MapNode,
  Me,
  Module,
  Operation,
  Operations,
  Overview,
  Pack,
  PackKey,
  PackVersion,
  RemovedPack,
  PacketPage,
  Person,
  Phase,
  FieldReference,
  OwnAnswer,
  OwnRulePage,
  OwnRuleRow,
  OwnRuleText,
  ProgramByteChange,
  ProgramDiff,
  ProgramLineChange,
  ProgramPage,
  ProgramSection,
  ProgramSections,
  ProgramVersion,
  RulePage,
  RuleInForce,
  RuleRow,
  RuleThreshold,
  Sample,
  Samples,
  Session,
  Sessions,
  SignInReply,
  Site,
  SiteLearning,
  SiteMap,
  Sites,
  Standing,
  SuppressionPreview,
  SuppressionRow,
  Tag,
  TagPage,
  Tags,
  Times,
  TraceNode,
  ThreatSource,
  User,
  WorkEvent,
}

type Json = Record<string, unknown>

function openApi(): Json {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id })
  const inline = new Map<z.ZodType, string>()
  const nameOf = (schema: z.ZodType): string => {
    const known = registry.get(schema)?.id ?? inline.get(schema)
    if (known !== undefined) return known
    const id = `_inline${inline.size}`
    registry.add(schema, { id })
    inline.set(schema, id)
    return id
  }
  for (const route of ROUTES) {
    for (const schema of [route.params, route.query, route.body, route.reply]) if (typeof schema !== 'string') nameOf(schema)
  }
  const { schemas } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}`, unrepresentable: 'any' })
  const cleaned = Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, tidy(schema)]))
  const use = (schema: z.ZodType): Json => {
    const id = nameOf(schema)
    return inline.has(schema) ? (cleaned[id] as Json) : { $ref: `#/components/schemas/${id}` }
  }
  const paths: Record<string, Json> = {}
  for (const route of ROUTES) {
    const [method = 'GET', path = ''] = route.on.split(' ')
    const url = PREFIX + path.replace(/:(\w+)/g, '{$1}')
    paths[url] = { ...paths[url], [method.toLowerCase()]: operation(route, use) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Isthmus',
      version: '1',
      description:
        'Everything the console does goes through this API. Every method but GET needs the header `x-isthmus: 1`, which another site cannot set.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'isthmus_session' } },
      schemas: Object.fromEntries(Object.entries(cleaned).filter(([id]) => !id.startsWith('_inline'))),
    },
  }
}

function operation(route: Route, use: (schema: z.ZodType) => Json): Json {
  const [method = 'GET'] = route.on.split(' ')
  const hasBody = route.body === 'bytes' || Object.keys((use(route.body) as { properties?: Json }).properties ?? { ref: 1 }).length > 0
  const body =
    route.body === 'bytes'
      ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
      : { 'application/json': { schema: use(route.body) } }
  const reply =
    route.reply === 'events'
      ? { 'text/event-stream': { schema: { type: 'string' } } }
      : route.reply === 'file'
        ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
        : { 'application/json': { schema: use(route.reply) } }
  return {
    operationId: `${method.toLowerCase()}${(route.on.split(' ')[1] ?? '').replace(/[/:.-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.about,
    description: `May: \`${route.may}\`.${route.audit === undefined ? '' : ` Audited as \`${route.audit}\`.`}`,
    tags: [(route.on.split('/')[1] ?? '').split('/')[0]],
    ...(route.may === 'anyone' ? { security: [] } : {}),
    parameters: [...parameters(use(route.params), 'path'), ...parameters(use(route.query), 'query')],
    ...(method !== 'GET' && hasBody ? { requestBody: { required: true, content: body } } : {}),
    responses: {
      200: { description: 'Done', content: reply },
      default: { description: 'Refused or failed', content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } } },
    },
  }
}

function parameters(schema: Json, where: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(properties).map(([name, inner]) => ({
    in: where,
    name,
    required: where === 'path' || required.includes(name),
    schema: inner,
  }))
}

/** `$schema` and `$id` have no place inside one document. */
function tidy(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(tidy)
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(
    ([key, value]) => key !== '$schema' && !(key === '$id' && typeof value === 'string') && !(key === 'pattern' && 'format' in schema),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, tidy(value)]))
}

let document: Json | undefined
/** Made once: the table does not change while the server runs. */
export const openApiDocument = (): Json => (document ??= openApi())

export const OPENAPI_FILE = new URL('../../openapi.json', import.meta.url)
export const openApiText = (): string => `${JSON.stringify(openApi(), null, 2)}\n`

if (process.argv[1] === import.meta.filename && process.argv.includes('--write')) writeFileSync(OPENAPI_FILE, openApiText())
