import type { TsharkComparison } from '../testing/tshark.ts'
import type { Ads, AdsState } from './ads.ts'

const given = (value: number): number | undefined => (value < 0 ? undefined : value)

export const adsFields: TsharkComparison<Ads, AdsState> = {
  protocol: 'ads',
  filter: 'ams',
  captures: ['ot/twincat-ads'],
  fields: {
    'ams.sendernetid': ({ source }) => source,
    'ams.senderport': ({ sourcePort }) => sourcePort,
    'ams.targetnetid': ({ target }) => target,
    'ams.targetport': ({ targetPort }) => targetPort,
    'ams.cmdid': ({ command }) => command,
    'ams.stateflags': ({ flags }) => flags,
    'ams.cbdata': ({ length }) => length,
    'ams.errorcode': ({ error }) => error,
    'ams.invokeid': ({ invoke }) => invoke,
    'ams.adsresult': ({ command, result }) => (command === 9 ? undefined : given(result)),
    'ams.ads_indexgroup': ({ group }) => given(group),
    'ams.ads_indexoffset': ({ offset }) => given(offset),
    'ams.ads_state': ({ state }) => given(state),
    'ams.ads_notificationhandle': ({ handle }) => given(handle),
    'ams.ads_devicename': ({ name }) => (name === '' ? undefined : name),
  },
}
