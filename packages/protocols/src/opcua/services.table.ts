/** Services by the id of their binary encoding (Part 6 annex A.3): what they are called, what they do, how they are read. */
import type { Access } from '@isthmus/model'
import type { Decode } from './built-in.ts'
import * as s from './structures.ts'

export type Service = {
  readonly id: number
  /** As the specification spells it: `ReadRequest`. */
  readonly name: string
  readonly isRequest: boolean
  /** For people: `read`. */
  readonly operation: string
  readonly access: Access
  readonly body: Decode<unknown>
}

type Row = readonly [
  request: number,
  response: number,
  name: string,
  operation: string,
  access: Access,
  ask: Decode<unknown>,
  answer: Decode<unknown>,
]

const ROWS: readonly Row[] = [
  [410, 413, 'TestStack', 'test stack', 'unknown', s.empty, s.empty],
  [416, 419, 'TestStackEx', 'test stack', 'unknown', s.empty, s.empty],
  [422, 425, 'FindServers', 'find servers', 'identify', s.findServersRequest, s.findServersResponse],
  [428, 431, 'GetEndpoints', 'get endpoints', 'identify', s.getEndpointsRequest, s.getEndpointsResponse],
  [437, 440, 'RegisterServer', 'register server', 'configure', s.registerServerRequest, s.empty],
  [446, 449, 'OpenSecureChannel', 'open secure channel', 'session', s.openRequest, s.openResponse],
  [452, 455, 'CloseSecureChannel', 'close secure channel', 'session', s.empty, s.empty],
  [461, 464, 'CreateSession', 'create session', 'session', s.createSessionRequest, s.createSessionResponse],
  [467, 470, 'ActivateSession', 'activate session', 'session', s.activateSessionRequest, s.activateSessionResponse],
  [473, 476, 'CloseSession', 'close session', 'session', s.closeSessionRequest, s.empty],
  [479, 482, 'Cancel', 'cancel', 'session', s.cancelRequest, s.cancelResponse],
  [488, 491, 'AddNodes', 'add nodes', 'configure', s.addNodesRequest, s.addNodesResponse],
  [494, 497, 'AddReferences', 'add references', 'configure', s.addReferencesRequest, s.statusResults],
  [500, 503, 'DeleteNodes', 'delete nodes', 'configure', s.deleteNodesRequest, s.statusResults],
  [506, 509, 'DeleteReferences', 'delete references', 'configure', s.deleteReferencesRequest, s.statusResults],
  [527, 530, 'Browse', 'browse', 'identify', s.browseRequest, s.browseResponse],
  [533, 536, 'BrowseNext', 'browse next', 'identify', s.browseNextRequest, s.browseResponse],
  [554, 557, 'TranslateBrowsePathsToNodeIds', 'translate browse paths', 'identify', s.translateRequest, s.translateResponse],
  [560, 563, 'RegisterNodes', 'register nodes', 'session', s.nodesRequest, s.nodesResponse],
  [566, 569, 'UnregisterNodes', 'unregister nodes', 'session', s.nodesRequest, s.empty],
  [615, 618, 'QueryFirst', 'query', 'read', s.queryFirstRequest, s.queryFirstResponse],
  [621, 624, 'QueryNext', 'query next', 'read', s.queryNextRequest, s.queryNextResponse],
  [631, 634, 'Read', 'read', 'read', s.readRequest, s.readResponse],
  [664, 667, 'HistoryRead', 'read history', 'read', s.historyReadRequest, s.historyReadResponse],
  [673, 676, 'Write', 'write', 'write', s.writeRequest, s.statusResults],
  [700, 703, 'HistoryUpdate', 'update history', 'write', s.historyUpdateRequest, s.historyUpdateResponse],
  [712, 715, 'Call', 'call', 'control', s.callRequest, s.callResponse],
  [751, 754, 'CreateMonitoredItems', 'create monitored items', 'read', s.createItemsRequest, s.createItemsResponse],
  [763, 766, 'ModifyMonitoredItems', 'modify monitored items', 'read', s.modifyItemsRequest, s.modifyItemsResponse],
  [769, 772, 'SetMonitoringMode', 'set monitoring mode', 'read', s.setModeRequest, s.statusResults],
  [775, 778, 'SetTriggering', 'set triggering', 'read', s.setTriggeringRequest, s.setTriggeringResponse],
  [781, 784, 'DeleteMonitoredItems', 'delete monitored items', 'read', s.deleteItemsRequest, s.statusResults],
  [787, 790, 'CreateSubscription', 'create subscription', 'read', s.createSubscriptionRequest, s.createSubscriptionResponse],
  [793, 796, 'ModifySubscription', 'modify subscription', 'read', s.modifySubscriptionRequest, s.modifySubscriptionResponse],
  [799, 802, 'SetPublishingMode', 'set publishing mode', 'read', s.setPublishingRequest, s.statusResults],
  [826, 829, 'Publish', 'publish', 'read', s.publishRequest, s.publishResponse],
  [832, 835, 'Republish', 'republish', 'read', s.republishRequest, s.republishResponse],
  [841, 844, 'TransferSubscriptions', 'transfer subscriptions', 'session', s.transferRequest, s.transferResponse],
  [847, 850, 'DeleteSubscriptions', 'delete subscriptions', 'read', s.deleteSubscriptionsRequest, s.statusResults],
  [
    12208,
    12209,
    'FindServersOnNetwork',
    'find servers on network',
    'identify',
    s.findServersOnNetworkRequest,
    s.findServersOnNetworkResponse,
  ],
  [12211, 12212, 'RegisterServer2', 'register server', 'configure', s.registerServer2Request, s.registerServer2Response],
]

const FAULT: Service = { id: 397, name: 'ServiceFault', isRequest: false, operation: 'service fault', access: 'unknown', body: s.empty }

const both = ([request, response, name, operation, access, ask, answer]: Row): Service[] => [
  { id: request, name: `${name}Request`, isRequest: true, operation, access, body: ask },
  { id: response, name: `${name}Response`, isRequest: false, operation, access, body: answer },
]

export const SERVICES: ReadonlyMap<number, Service> = new Map([FAULT, ...ROWS.flatMap(both)].map((service) => [service.id, service]))

export const SERVICE = {
  fault: 397,
  findServersResponse: 425,
  getEndpointsRequest: 428,
  getEndpointsResponse: 431,
  registerServerRequest: 437,
  registerServer2Request: 12211,
  openRequest: 446,
  openResponse: 449,
  closeChannelRequest: 452,
  createSessionRequest: 461,
  createSessionResponse: 464,
  activateSessionRequest: 467,
  activateSessionResponse: 470,
  closeSessionRequest: 473,
  addNodesRequest: 488,
  addReferencesRequest: 494,
  deleteNodesRequest: 500,
  deleteReferencesRequest: 506,
  browseRequest: 527,
  browseResponse: 530,
  browseNextRequest: 533,
  browseNextResponse: 536,
  translateRequest: 554,
  registerNodesRequest: 560,
  queryFirstRequest: 615,
  readRequest: 631,
  readResponse: 634,
  historyReadRequest: 664,
  historyReadResponse: 667,
  writeRequest: 673,
  writeResponse: 676,
  historyUpdateRequest: 700,
  callRequest: 712,
  createItemsRequest: 751,
  createItemsResponse: 754,
  createSubscriptionRequest: 787,
  createSubscriptionResponse: 790,
  publishRequest: 826,
  publishResponse: 829,
  republishResponse: 835,
  deleteSubscriptionsRequest: 847,
} as const
