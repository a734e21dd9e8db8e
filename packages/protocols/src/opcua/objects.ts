/** Structures that travel as extension objects (Part 4 §7; layouts in Part 6 annex C). */
import {
  array,
  boolean,
  byteString,
  dateTime,
  diagnosticInfo,
  double,
  i32,
  localizedText,
  nodeId,
  type Of,
  qualifiedName,
  statusCode,
  string,
  struct,
  u8,
  u16,
  u32,
} from './built-in.ts'
import { dataValue, extensionObject, knowBody, variant } from './variant.ts'

const relativePathElement = struct({ referenceTypeId: nodeId, isInverse: boolean, includeSubtypes: boolean, targetName: qualifiedName })
export const relativePath = struct({ elements: array(relativePathElement) })

/** Part 4 §7.7, §7.22: filters of monitored items. */
const attributeOperand = struct({ nodeId, alias: string, path: relativePath, attributeId: u32, indexRange: string })
const simpleOperand = struct({ typeId: nodeId, path: array(qualifiedName), attributeId: u32, indexRange: string })
export const filterElement = struct({ operator: u32, operands: array(extensionObject) })
const aggregateConfiguration = struct({
  useServerDefault: boolean,
  treatUncertainAsBad: boolean,
  percentBad: u8,
  percentGood: u8,
  useSlopedExtrapolation: boolean,
})
const eventFilter = struct({ select: array(simpleOperand), where: array(filterElement) })
export const elementResult = struct({ status: statusCode, operands: array(statusCode), diagnostics: array(diagnosticInfo) })
const eventFilterResult = struct({
  select: array(statusCode),
  diagnostics: array(diagnosticInfo),
  elements: array(elementResult),
  elementDiagnostics: array(diagnosticInfo),
})
const dataChangeFilter = struct({ trigger: u32, deadbandType: u32, deadbandValue: double })
const aggregateFilter = struct({
  startTime: dateTime,
  aggregateType: nodeId,
  processingInterval: double,
  configuration: aggregateConfiguration,
})
const aggregateFilterResult = struct({
  startTime: dateTime,
  processingInterval: double,
  configuration: aggregateConfiguration,
})
const elementOperand = struct({ index: u32 })
const literalOperand = struct({ value: variant })
export type EventFilter = Of<typeof eventFilter>
export type EventFilterResult = Of<typeof eventFilterResult>
export type DataChangeFilter = Of<typeof dataChangeFilter>
export type AggregateFilter = Of<typeof aggregateFilter>
export type AggregateFilterResult = Of<typeof aggregateFilterResult>
export type AttributeOperand = Of<typeof attributeOperand>
export type SimpleOperand = Of<typeof simpleOperand>
export type ElementOperand = Of<typeof elementOperand>
export type LiteralOperand = Of<typeof literalOperand>
export type FilterElement = Of<typeof filterElement>
export type ElementResult = Of<typeof elementResult>

/** Part 4 §7.40: who the user is. */
const anonymousToken = struct({ policyId: string })
const userNameToken = struct({ policyId: string, user: string, password: byteString, encryptionAlgorithm: string })
const certificateToken = struct({ policyId: string, certificate: byteString })
const issuedToken = struct({ policyId: string, data: byteString, encryptionAlgorithm: string })
export type UserNameToken = Of<typeof userNameToken>
export type CertificateToken = Of<typeof certificateToken>
export type IssuedToken = Of<typeof issuedToken>

/** Part 4 §7.25: what a publish response notifies of. */
const dataChange = struct({ items: array(struct({ clientHandle: u32, value: dataValue })), diagnostics: array(diagnosticInfo) })
const eventList = struct({ events: array(struct({ clientHandle: u32, fields: array(variant) })) })
const statusChange = struct({ status: statusCode, diagnostics: diagnosticInfo })
export type DataChange = Of<typeof dataChange>
export type EventList = Of<typeof eventList>
export type StatusChange = Of<typeof statusChange>

/** Part 5 §12.4, §12.10. */
const buildInfo = struct({
  productUri: string,
  manufacturer: string,
  product: string,
  version: string,
  build: string,
  buildDate: dateTime,
})
const serverStatus = struct({
  startTime: dateTime,
  currentTime: dateTime,
  state: u32,
  buildInfo,
  secondsTillShutdown: u32,
  shutdownReason: localizedText,
})
export type BuildInfo = Of<typeof buildInfo>
export type ServerStatus = Of<typeof serverStatus>

/** Part 11 §6: details and data of history. */
const historyData = struct({ values: array(dataValue) })
const updateData = struct({ nodeId, performInsert: u32, values: array(dataValue) })
export type HistoryData = Of<typeof historyData>
export type UpdateData = Of<typeof updateData>

/** Ids of the binary encodings (Part 6 annex A). */
export const BODY = {
  anonymousToken: 321,
  userNameToken: 324,
  certificateToken: 327,
  issuedToken: 940,
  buildInfo: 340,
  serverStatus: 864,
  elementOperand: 594,
  literalOperand: 597,
  attributeOperand: 600,
  simpleOperand: 603,
  historyData: 658,
  updateData: 682,
  deleteRaw: 688,
  deleteAtTime: 691,
  dataChangeFilter: 724,
  eventFilter: 727,
  aggregateFilter: 730,
  eventFilterResult: 736,
  aggregateFilterResult: 739,
  dataChange: 811,
  statusChange: 820,
  eventList: 916,
} as const

const bodies = [
  [BODY.anonymousToken, anonymousToken],
  [BODY.userNameToken, userNameToken],
  [BODY.certificateToken, certificateToken],
  [BODY.issuedToken, issuedToken],
  [BODY.buildInfo, buildInfo],
  [BODY.serverStatus, serverStatus],
  [BODY.elementOperand, elementOperand],
  [BODY.literalOperand, literalOperand],
  [BODY.attributeOperand, attributeOperand],
  [BODY.simpleOperand, simpleOperand],
  [BODY.historyData, historyData],
  [BODY.updateData, updateData],
  [BODY.dataChangeFilter, dataChangeFilter],
  [BODY.eventFilter, eventFilter],
  [BODY.aggregateFilter, aggregateFilter],
  [BODY.eventFilterResult, eventFilterResult],
  [BODY.aggregateFilterResult, aggregateFilterResult],
  [BODY.dataChange, dataChange],
  [BODY.statusChange, statusChange],
  [BODY.eventList, eventList],
  [298, struct({ name: string, dataType: nodeId, valueRank: i32, dimensions: array(u32), description: localizedText })],
  [886, struct({ low: double, high: double })],
  [889, struct({ namespaceUri: string, unitId: i32, displayName: localizedText, description: localizedText })],
  [
    861,
    struct({
      serverViewCount: u32,
      currentSessionCount: u32,
      cumulatedSessionCount: u32,
      securityRejectedSessionCount: u32,
      rejectedSessionCount: u32,
      sessionTimeoutCount: u32,
      sessionAbortCount: u32,
      currentSubscriptionCount: u32,
      cumulatedSubscriptionCount: u32,
      publishingIntervalCount: u32,
      securityRejectedRequestsCount: u32,
      rejectedRequestsCount: u32,
    }),
  ],
  [8917, struct({ offset: u16, isDaylightSavingInOffset: boolean })],
] as const
for (const [id, decode] of bodies) knowBody(id, decode)
