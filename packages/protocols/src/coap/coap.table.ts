/** Codes and options (RFC 7252 §12, RFC 7641, RFC 7959, RFC 8132, RFC 8613, RFC 8768, RFC 9175, RFC 9177). */
import type { Access } from '@isthmus/model'

export const METHODS: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  1: ['GET', 'read'],
  2: ['POST', 'write'],
  3: ['PUT', 'write'],
  4: ['DELETE', 'configure'],
  5: ['FETCH', 'read'],
  6: ['PATCH', 'write'],
  7: ['iPATCH', 'write'],
}

/** By class * 100 + detail. */
export const RESPONSES: Readonly<Record<number, string>> = {
  201: 'Created',
  202: 'Deleted',
  203: 'Valid',
  204: 'Changed',
  205: 'Content',
  231: 'Continue',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Bad Option',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Entity Incomplete',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Request Entity Too Large',
  415: 'Unsupported Content-Format',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'Proxying Not Supported',
  508: 'Hop Limit Reached',
}

export const OPTION = {
  uriHost: 3,
  observe: 6,
  uriPort: 7,
  oscore: 9,
  uriPath: 11,
  contentFormat: 12,
  uriQuery: 15,
  accept: 17,
  block2: 23,
  block1: 27,
  proxyUri: 35,
} as const

/** Number to name and the longest value. */
export const OPTIONS: Readonly<Record<number, readonly [name: string, most: number]>> = {
  1: ['If-Match', 8],
  3: ['Uri-Host', 255],
  4: ['ETag', 8],
  5: ['If-None-Match', 0],
  6: ['Observe', 3],
  7: ['Uri-Port', 2],
  8: ['Location-Path', 255],
  9: ['OSCORE', 255],
  11: ['Uri-Path', 255],
  12: ['Content-Format', 2],
  14: ['Max-Age', 4],
  15: ['Uri-Query', 255],
  16: ['Hop-Limit', 1],
  17: ['Accept', 2],
  19: ['Q-Block1', 3],
  20: ['Location-Query', 255],
  21: ['EDHOC', 0],
  23: ['Block2', 3],
  27: ['Block1', 3],
  28: ['Size2', 4],
  31: ['Q-Block2', 3],
  35: ['Proxy-Uri', 1034],
  39: ['Proxy-Scheme', 255],
  60: ['Size1', 4],
  252: ['Echo', 40],
  258: ['No-Response', 1],
  292: ['Request-Tag', 8],
}

/** RFC 7252 §12.3, RFC 8428. */
export const FORMAT = { text: 0, links: 40, json: 50, cbor: 60, senml: 110, senmlCbor: 112, lwm2mTlv: 11_542 } as const

/** SenML's labels in CBOR (RFC 8428 §12.3). */
export const SENML: Readonly<Record<string, string>> = { '-2': 'bn', 0: 'n', 2: 'v', 3: 'vs', 4: 'vb' }

/** Types of LwM2M resources: of one object (`3/9`), or reusable ones of any (OMA registry). */
export const RESOURCES: Readonly<Record<string, 'text' | 'float' | 'whole' | 'boolean'>> = {
  '3/0': 'text',
  '3/1': 'text',
  '3/2': 'text',
  '3/3': 'text',
  '3/9': 'whole',
  '3/17': 'text',
  '3/18': 'text',
  '3/19': 'text',
  5500: 'boolean',
  5501: 'whole',
  5518: 'whole',
  5600: 'float',
  5601: 'float',
  5602: 'float',
  5603: 'float',
  5604: 'float',
  5650: 'float',
  5700: 'float',
  5701: 'text',
  5702: 'float',
  5703: 'float',
  5704: 'float',
  5705: 'float',
  5750: 'text',
  5805: 'float',
  5820: 'float',
  5850: 'boolean',
  5851: 'whole',
  5900: 'float',
}

/** OMA LwM2M object 3, device. */
export const DEVICE = { 0: 'vendor', 1: 'model', 2: 'serial', 3: 'firmware', 17: 'description', 18: 'hardware', 19: 'software' } as const
