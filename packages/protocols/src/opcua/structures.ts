/** Structures of the services (Part 4 §5; layouts in Part 6 annex C). */
import {
  array,
  boolean,
  byteString,
  dateTime,
  diagnosticInfo,
  double,
  expandedNodeId,
  localizedText,
  nodeId,
  type Of,
  qualifiedName,
  statusCode,
  string,
  struct,
  u8,
  u32,
} from './built-in.ts'
import { elementResult, filterElement, relativePath } from './objects.ts'
import { dataValue, extensionObject, variant } from './variant.ts'

export const requestHeader = struct({
  token: nodeId,
  timestamp: dateTime,
  handle: u32,
  returnDiagnostics: u32,
  auditEntry: string,
  timeoutHint: u32,
  additional: extensionObject,
})
export const responseHeader = struct({
  timestamp: dateTime,
  handle: u32,
  result: statusCode,
  diagnostics: diagnosticInfo,
  strings: array(string),
  additional: extensionObject,
})
export type RequestHeader = Of<typeof requestHeader>
export type ResponseHeader = Of<typeof responseHeader>

export const empty = struct({})
export const statusResults = struct({ results: array(statusCode), diagnostics: array(diagnosticInfo) })

const signature = struct({ algorithm: string, signature: byteString })
const application = struct({
  applicationUri: string,
  productUri: string,
  name: localizedText,
  type: u32,
  gatewayServerUri: string,
  discoveryProfileUri: string,
  discoveryUrls: array(string),
})
const tokenPolicy = struct({
  policyId: string,
  type: u32,
  issuedTokenType: string,
  issuerEndpointUrl: string,
  securityPolicyUri: string,
})
const endpoint = struct({
  url: string,
  server: application,
  certificate: byteString,
  securityMode: u32,
  securityPolicyUri: string,
  tokens: array(tokenPolicy),
  transportProfileUri: string,
  securityLevel: u8,
})
export type Application = Of<typeof application>
export type Endpoint = Of<typeof endpoint>

const readValueId = struct({ nodeId, attributeId: u32, indexRange: string, dataEncoding: qualifiedName })
const monitoringParameters = struct({
  clientHandle: u32,
  samplingInterval: double,
  filter: extensionObject,
  queueSize: u32,
  discardOldest: boolean,
})
const reference = struct({
  referenceTypeId: nodeId,
  isForward: boolean,
  nodeId: expandedNodeId,
  browseName: qualifiedName,
  displayName: localizedText,
  nodeClass: u32,
  typeDefinition: expandedNodeId,
})
const browseResult = struct({ status: statusCode, continuationPoint: byteString, references: array(reference) })
const browseAnswer = struct({ results: array(browseResult), diagnostics: array(diagnosticInfo) })
const notification = struct({ sequence: u32, publishTime: dateTime, data: array(extensionObject) })
const registeredServer = struct({
  serverUri: string,
  productUri: string,
  names: array(localizedText),
  type: u32,
  gatewayServerUri: string,
  discoveryUrls: array(string),
  semaphoreFilePath: string,
  isOnline: boolean,
})
const viewDescription = struct({ viewId: nodeId, timestamp: dateTime, version: u32 })

export const findServersRequest = struct({ endpointUrl: string, localeIds: array(string), serverUris: array(string) })
export const findServersResponse = struct({ servers: array(application) })
export const findServersOnNetworkRequest = struct({ startingRecord: u32, maxRecords: u32, capabilities: array(string) })
export const findServersOnNetworkResponse = struct({
  lastReset: dateTime,
  servers: array(struct({ recordId: u32, name: string, url: string, capabilities: array(string) })),
})
export const getEndpointsRequest = struct({ endpointUrl: string, localeIds: array(string), profileUris: array(string) })
export const getEndpointsResponse = struct({ endpoints: array(endpoint) })
export const registerServerRequest = struct({ server: registeredServer })
export const registerServer2Request = struct({ server: registeredServer, discoveryConfiguration: array(extensionObject) })
export const registerServer2Response = struct({ results: array(statusCode), diagnostics: array(diagnosticInfo) })
export const openRequest = struct({ protocolVersion: u32, requestType: u32, securityMode: u32, nonce: byteString, lifetime: u32 })
export const openResponse = struct({
  protocolVersion: u32,
  channelId: u32,
  tokenId: u32,
  createdAt: dateTime,
  lifetime: u32,
  nonce: byteString,
})
export const createSessionRequest = struct({
  client: application,
  serverUri: string,
  endpointUrl: string,
  sessionName: string,
  nonce: byteString,
  certificate: byteString,
  timeout: double,
  maxResponseSize: u32,
})
export const createSessionResponse = struct({
  sessionId: nodeId,
  token: nodeId,
  timeout: double,
  nonce: byteString,
  certificate: byteString,
  endpoints: array(endpoint),
  softwareCertificates: array(struct({ data: byteString, signature: byteString })),
  signature,
  maxRequestSize: u32,
})
export const activateSessionRequest = struct({
  clientSignature: signature,
  softwareCertificates: array(struct({ data: byteString, signature: byteString })),
  localeIds: array(string),
  identity: extensionObject,
  tokenSignature: signature,
})
export const activateSessionResponse = struct({ nonce: byteString, results: array(statusCode), diagnostics: array(diagnosticInfo) })
export const closeSessionRequest = struct({ deleteSubscriptions: boolean })
export const cancelRequest = struct({ requestHandle: u32 })
export const cancelResponse = struct({ cancelCount: u32 })
export const addNodesRequest = struct({
  nodes: array(
    struct({
      parent: expandedNodeId,
      referenceTypeId: nodeId,
      newNodeId: expandedNodeId,
      browseName: qualifiedName,
      nodeClass: u32,
      attributes: extensionObject,
      typeDefinition: expandedNodeId,
    }),
  ),
})
export const addNodesResponse = struct({
  results: array(struct({ status: statusCode, nodeId })),
  diagnostics: array(diagnosticInfo),
})
export const addReferencesRequest = struct({
  references: array(
    struct({
      source: nodeId,
      referenceTypeId: nodeId,
      isForward: boolean,
      targetServerUri: string,
      target: expandedNodeId,
      targetClass: u32,
    }),
  ),
})
export const deleteNodesRequest = struct({ nodes: array(struct({ nodeId, deleteTargetReferences: boolean })) })
export const deleteReferencesRequest = struct({
  references: array(
    struct({ source: nodeId, referenceTypeId: nodeId, isForward: boolean, target: expandedNodeId, deleteBidirectional: boolean }),
  ),
})
export const browseRequest = struct({
  view: viewDescription,
  maxReferences: u32,
  nodes: array(struct({ nodeId, direction: u32, referenceTypeId: nodeId, includeSubtypes: boolean, nodeClassMask: u32, resultMask: u32 })),
})
export const browseResponse = browseAnswer
export const browseNextRequest = struct({ releaseContinuationPoints: boolean, continuationPoints: array(byteString) })
export const translateRequest = struct({ paths: array(struct({ start: nodeId, path: relativePath })) })
export const translateResponse = struct({
  results: array(struct({ status: statusCode, targets: array(struct({ target: expandedNodeId, remainingPathIndex: u32 })) })),
  diagnostics: array(diagnosticInfo),
})
export const nodesRequest = struct({ nodes: array(nodeId) })
export const nodesResponse = struct({ nodes: array(nodeId) })
export const queryFirstRequest = struct({
  view: viewDescription,
  nodeTypes: array(
    struct({
      typeDefinition: expandedNodeId,
      includeSubtypes: boolean,
      data: array(struct({ path: relativePath, attributeId: u32, indexRange: string })),
    }),
  ),
  filter: array(filterElement),
  maxDataSets: u32,
  maxReferences: u32,
})
const queryDataSet = struct({ nodeId: expandedNodeId, typeDefinition: expandedNodeId, values: array(variant) })
export const queryFirstResponse = struct({
  dataSets: array(queryDataSet),
  continuationPoint: byteString,
  parsing: array(struct({ status: statusCode, data: array(statusCode), diagnostics: array(diagnosticInfo) })),
  diagnostics: array(diagnosticInfo),
  elements: array(elementResult),
  elementDiagnostics: array(diagnosticInfo),
})
export const queryNextRequest = struct({ releaseContinuationPoint: boolean, continuationPoint: byteString })
export const queryNextResponse = struct({ dataSets: array(queryDataSet), continuationPoint: byteString })
export const readRequest = struct({ maxAge: double, timestampsToReturn: u32, nodes: array(readValueId) })
export const readResponse = struct({ results: array(dataValue), diagnostics: array(diagnosticInfo) })
export const historyReadRequest = struct({
  details: extensionObject,
  timestampsToReturn: u32,
  releaseContinuationPoints: boolean,
  nodes: array(struct({ nodeId, indexRange: string, dataEncoding: qualifiedName, continuationPoint: byteString })),
})
export const historyReadResponse = struct({
  results: array(struct({ status: statusCode, continuationPoint: byteString, data: extensionObject })),
  diagnostics: array(diagnosticInfo),
})
export const writeRequest = struct({
  nodes: array(struct({ nodeId, attributeId: u32, indexRange: string, value: dataValue })),
})
export const historyUpdateRequest = struct({ details: array(extensionObject) })
export const historyUpdateResponse = struct({
  results: array(struct({ status: statusCode, operations: array(statusCode), diagnostics: array(diagnosticInfo) })),
  diagnostics: array(diagnosticInfo),
})
export const callRequest = struct({ methods: array(struct({ objectId: nodeId, methodId: nodeId, inputs: array(variant) })) })
export const callResponse = struct({
  results: array(
    struct({ status: statusCode, inputs: array(statusCode), inputDiagnostics: array(diagnosticInfo), outputs: array(variant) }),
  ),
  diagnostics: array(diagnosticInfo),
})
export const createItemsRequest = struct({
  subscriptionId: u32,
  timestampsToReturn: u32,
  items: array(struct({ item: readValueId, mode: u32, parameters: monitoringParameters })),
})
export const createItemsResponse = struct({
  results: array(struct({ status: statusCode, itemId: u32, samplingInterval: double, queueSize: u32, filterResult: extensionObject })),
  diagnostics: array(diagnosticInfo),
})
export const modifyItemsRequest = struct({
  subscriptionId: u32,
  timestampsToReturn: u32,
  items: array(struct({ itemId: u32, parameters: monitoringParameters })),
})
export const modifyItemsResponse = struct({
  results: array(struct({ status: statusCode, samplingInterval: double, queueSize: u32, filterResult: extensionObject })),
  diagnostics: array(diagnosticInfo),
})
export const setModeRequest = struct({ subscriptionId: u32, mode: u32, itemIds: array(u32) })
export const setTriggeringRequest = struct({ subscriptionId: u32, triggeringItem: u32, add: array(u32), remove: array(u32) })
export const setTriggeringResponse = struct({
  add: array(statusCode),
  addDiagnostics: array(diagnosticInfo),
  remove: array(statusCode),
  removeDiagnostics: array(diagnosticInfo),
})
export const deleteItemsRequest = struct({ subscriptionId: u32, itemIds: array(u32) })
export const createSubscriptionRequest = struct({
  publishingInterval: double,
  lifetimeCount: u32,
  maxKeepAliveCount: u32,
  maxNotifications: u32,
  publishingEnabled: boolean,
  priority: u8,
})
export const createSubscriptionResponse = struct({
  subscriptionId: u32,
  publishingInterval: double,
  lifetimeCount: u32,
  maxKeepAliveCount: u32,
})
export const modifySubscriptionRequest = struct({
  subscriptionId: u32,
  publishingInterval: double,
  lifetimeCount: u32,
  maxKeepAliveCount: u32,
  maxNotifications: u32,
  priority: u8,
})
export const modifySubscriptionResponse = struct({ publishingInterval: double, lifetimeCount: u32, maxKeepAliveCount: u32 })
export const setPublishingRequest = struct({ enabled: boolean, subscriptionIds: array(u32) })
export const publishRequest = struct({ acknowledgements: array(struct({ subscriptionId: u32, sequence: u32 })) })
export const publishResponse = struct({
  subscriptionId: u32,
  availableSequences: array(u32),
  moreNotifications: boolean,
  notification,
  results: array(statusCode),
  diagnostics: array(diagnosticInfo),
})
export const republishRequest = struct({ subscriptionId: u32, retransmitSequence: u32 })
export const republishResponse = struct({ notification })
export const transferRequest = struct({ subscriptionIds: array(u32), sendInitialValues: boolean })
export const transferResponse = struct({
  results: array(struct({ status: statusCode, availableSequences: array(u32) })),
  diagnostics: array(diagnosticInfo),
})
export const deleteSubscriptionsRequest = struct({ subscriptionIds: array(u32) })
