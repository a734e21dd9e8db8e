/** Headers and methods that mean something to us. */

/** RFC 9110 §9, RFC 4918, RFC 3253, RFC 5789 and the Microsoft extensions in use. */
export const METHODS: readonly string[] = [
  'GET',
  'POST',
  'HEAD',
  'OPTIONS',
  'PUT',
  'DELETE',
  'TRACE',
  'CONNECT',
  'PATCH',
  'PROPFIND',
  'PROPPATCH',
  'MKCOL',
  'COPY',
  'MOVE',
  'LOCK',
  'UNLOCK',
  'POLL',
  'REPORT',
  'SUBSCRIBE',
  'UNSUBSCRIBE',
  'NOTIFY',
  'BMOVE',
  'SEARCH',
  'MERGE',
  'CHECKOUT',
  'MKACTIVITY',
  'LINK',
  'UNLINK',
  'PURGE',
  'BREW',
  'RPC_IN_DATA',
  'RPC_OUT_DATA',
  'CCM_POST',
]

/** Headers that tell of a proxy on the way. */
export const PROXY_HEADERS: readonly string[] = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-from',
  'client-ip',
  'via',
  'xroxy-connection',
  'proxy-connection',
]

/** Media types that are part of showing a page rather than a file somebody moved. */
export const PAGE_TYPES = /^(?:text\/(?:html|css|plain|json)|application\/(?:javascript|json|xml|soap\+xml|ocsp-\w+)|image\/|font\/)/

/** Systems as browsers and tools name them. */
export const AGENT_SYSTEMS: readonly (readonly [pattern: RegExp, os: string])[] = [
  [/Windows NT 10\.0/, 'Windows 10 or 11'],
  [/Windows NT 6\.3/, 'Windows 8.1'],
  [/Windows NT 6\.2/, 'Windows 8'],
  [/Windows NT 6\.1/, 'Windows 7'],
  [/Windows NT 6\.0/, 'Windows Vista'],
  [/Windows NT 5\.[12]/, 'Windows XP'],
  [/Windows NT 5\.0/, 'Windows 2000'],
  [/Windows CE/, 'Windows CE'],
  [/Android (?:\d+(?:\.\d+)*)/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
]
