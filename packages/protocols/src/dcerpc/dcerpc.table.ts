/** Interfaces and the operations that matter for security, by number ([MS-SCMR], [MS-TSCH], [MS-RRP], [MS-SAMR], [MS-DRSR] …). */
import type { Access } from '@isthmus/model'
import { NAMES } from './names.table.ts'

export const TYPE = {
  request: 0,
  response: 2,
  fault: 3,
  bind: 11,
  bindAck: 12,
  bindNak: 13,
  alter: 14,
  alterResponse: 15,
  auth3: 16,
  shutdown: 17,
  cancel: 18,
  orphaned: 19,
} as const

export const TYPES: Readonly<Record<number, string>> = {
  0: 'request',
  2: 'response',
  3: 'fault',
  11: 'bind',
  12: 'bind ack',
  13: 'bind nak',
  14: 'alter context',
  15: 'alter context response',
  16: 'auth3',
  17: 'shutdown',
  18: 'cancel',
  19: 'orphaned',
}

type Operation = readonly [name: string, access: Access]
export type Interface = { readonly name: string; readonly operations: Readonly<Record<number, Operation>> }

const none = {}
export const INTERFACES: Readonly<Record<string, Interface>> = {
  'e1af8308-5d1f-11c9-91a4-08002b14a0fa': { name: 'epmapper', operations: { 2: ['ept_lookup', 'identify'], 3: ['ept_map', 'identify'] } },
  '367abb81-9844-35f1-ad32-98f038001003': {
    name: 'svcctl',
    operations: {
      0: ['CloseServiceHandle', 'session'],
      1: ['ControlService', 'control'],
      2: ['DeleteService', 'configure'],
      6: ['QueryServiceStatus', 'read'],
      11: ['ChangeServiceConfigW', 'configure'],
      12: ['CreateServiceW', 'configure'],
      14: ['EnumServicesStatusW', 'read'],
      15: ['OpenSCManagerW', 'session'],
      16: ['OpenServiceW', 'session'],
      17: ['QueryServiceConfigW', 'read'],
      19: ['StartServiceW', 'control'],
      24: ['CreateServiceA', 'configure'],
      27: ['OpenSCManagerA', 'session'],
      28: ['OpenServiceA', 'session'],
      31: ['StartServiceA', 'control'],
      42: ['EnumServicesStatusExW', 'read'],
      44: ['CreateServiceWOW64A', 'configure'],
      45: ['CreateServiceWOW64W', 'configure'],
    },
  },
  '1ff70682-0a51-30e8-076d-740be8cee98b': {
    name: 'atsvc',
    operations: {
      0: ['NetrJobAdd', 'configure'],
      1: ['NetrJobDel', 'configure'],
      2: ['NetrJobEnum', 'read'],
      3: ['NetrJobGetInfo', 'read'],
    },
  },
  '86d35949-83c9-4044-b424-db363231fd0c': {
    name: 'ITaskSchedulerService',
    operations: {
      1: ['SchRpcRegisterTask', 'configure'],
      2: ['SchRpcRetrieveTask', 'read'],
      6: ['SchRpcEnumFolders', 'read'],
      7: ['SchRpcEnumTasks', 'read'],
      12: ['SchRpcRun', 'control'],
      13: ['SchRpcDelete', 'configure'],
    },
  },
  '338cd001-2244-31f1-aaaa-900038001003': {
    name: 'winreg',
    operations: {
      5: ['BaseRegCloseKey', 'session'],
      2: ['OpenLocalMachine', 'session'],
      6: ['BaseRegCreateKey', 'configure'],
      7: ['BaseRegDeleteKey', 'configure'],
      9: ['BaseRegEnumKey', 'read'],
      15: ['BaseRegOpenKey', 'session'],
      17: ['BaseRegQueryValue', 'read'],
      20: ['BaseRegSaveKey', 'read'],
      22: ['BaseRegSetValue', 'configure'],
    },
  },
  '12345778-1234-abcd-ef00-0123456789ac': {
    name: 'samr',
    operations: {
      1: ['SamrCloseHandle', 'session'],
      7: ['SamrOpenDomain', 'session'],
      34: ['SamrOpenUser', 'session'],
      5: ['SamrLookupDomainInSamServer', 'identify'],
      6: ['SamrEnumerateDomainsInSamServer', 'identify'],
      11: ['SamrEnumerateGroupsInDomain', 'identify'],
      13: ['SamrEnumerateUsersInDomain', 'identify'],
      25: ['SamrGetMembersInGroup', 'identify'],
      36: ['SamrQueryInformationUser', 'identify'],
      37: ['SamrSetInformationUser', 'configure'],
      50: ['SamrCreateUser2InDomain', 'configure'],
      58: ['SamrSetInformationUser2', 'configure'],
      64: ['SamrConnect5', 'session'],
    },
  },
  '12345778-1234-abcd-ef00-0123456789ab': {
    name: 'lsarpc',
    operations: {
      0: ['LsarClose', 'session'],
      6: ['LsarOpenPolicy', 'session'],
      14: ['LsarLookupNames', 'identify'],
      15: ['LsarLookupSids', 'identify'],
      44: ['LsarOpenPolicy2', 'session'],
      46: ['LsarQueryInformationPolicy2', 'read'],
    },
  },
  '12345678-1234-abcd-ef00-01234567cffb': {
    name: 'netlogon',
    operations: {
      4: ['NetrServerReqChallenge', 'session'],
      15: ['NetrServerAuthenticate2', 'session'],
      26: ['NetrServerAuthenticate3', 'session'],
      30: ['NetrServerPasswordSet2', 'configure'],
      39: ['NetrLogonSamLogonEx', 'session'],
      45: ['NetrLogonSamLogonWithFlags', 'session'],
    },
  },
  'e3514235-4b06-11d1-ab04-00c04fc2dcd2': {
    name: 'drsuapi',
    operations: {
      1: ['DRSUnbind', 'session'],
      16: ['DRSDomainControllerInfo', 'identify'],
      0: ['DRSBind', 'session'],
      3: ['DRSGetNCChanges', 'read'],
      5: ['DRSUpdateRefs', 'configure'],
      12: ['DRSCrackNames', 'identify'],
      17: ['DRSAddEntry', 'configure'],
    },
  },
  '4b324fc8-1670-01d3-1278-5a47bf6ee188': {
    name: 'srvsvc',
    operations: {
      12: ['NetrSessionEnum', 'identify'],
      15: ['NetrShareEnum', 'identify'],
      16: ['NetrShareGetInfo', 'identify'],
      21: ['NetrServerGetInfo', 'identify'],
      28: ['NetrRemoteTOD', 'read'],
    },
  },
  '6bffd098-a112-3610-9833-46c3f87e345a': {
    name: 'wkssvc',
    operations: { 0: ['NetrWkstaGetInfo', 'identify'], 2: ['NetrWkstaUserEnum', 'identify'] },
  },
  '12345678-1234-abcd-ef00-0123456789ab': {
    name: 'spoolss',
    operations: {
      1: ['RpcOpenPrinter', 'session'],
      65: ['RpcRemoteFindFirstPrinterChangeNotificationEx', 'control'],
      69: ['RpcOpenPrinterEx', 'session'],
      89: ['RpcAddPrinterDriverEx', 'configure'],
    },
  },
  '76f03f96-cdfd-44fc-a22c-64950a001209': { name: 'IRemoteWinspool', operations: { 39: ['RpcAsyncAddPrinterDriver', 'configure'] } },
  'c681d488-d850-11d0-8c52-00c04fd90f7e': {
    name: 'efsrpc',
    operations: { 0: ['EfsRpcOpenFileRaw', 'read'], 4: ['EfsRpcEncryptFileSrv', 'write'] },
  },
  'df1941c5-fe89-4e79-bf10-463657acf44d': {
    name: 'efsrpc',
    operations: { 0: ['EfsRpcOpenFileRaw', 'read'], 4: ['EfsRpcEncryptFileSrv', 'write'] },
  },
  '50abc2a4-574d-40b3-9d66-ee4fd5fba076': { name: 'dnsserver', operations: { 0: ['DnssrvOperation', 'configure'] } },
  '82273fdc-e32a-18c3-3f78-827929dc23ea': {
    name: 'eventlog',
    operations: { 0: ['ElfrClearELFW', 'write'], 7: ['ElfrOpenELW', 'session'] },
  },
  '99fcfec4-5260-101b-bbcb-00aa0021347a': {
    name: 'IObjectExporter',
    operations: { 3: ['ServerAlive', 'identify'], 4: ['ResolveOxid2', 'identify'], 5: ['ServerAlive2', 'identify'] },
  },
  '000001a0-0000-0000-c000-000000000046': {
    name: 'ISystemActivator',
    operations: { 4: ['RemoteCreateInstance', 'control'], 3: ['RemoteGetClassObject', 'control'] },
  },
  '4d9f4ab8-7d1c-11cf-861e-0020af6e7c57': { name: 'IActivation', operations: { 0: ['RemoteActivation', 'control'] } },
  'f309ad18-d86a-11d0-a075-00c04fb68820': { name: 'IWbemLevel1Login', operations: { 6: ['NTLMLogin', 'session'] } },
  '9556dc99-828c-11cf-a37e-00aa003240c7': {
    name: 'IWbemServices',
    operations: { 20: ['ExecQuery', 'read'], 24: ['ExecMethod', 'control'], 25: ['ExecMethodAsync', 'control'] },
  },
  '027947e1-d731-11ce-a357-000000000001': { name: 'IEnumWbemClassObject', operations: none },
  '00000143-0000-0000-c000-000000000046': { name: 'IRemUnknown2', operations: none },
  '00000131-0000-0000-c000-000000000046': { name: 'IRemUnknown', operations: none },
  '894de0c0-0d55-11d3-a322-00c04fa321a1': {
    name: 'initshutdown',
    operations: { 0: ['BaseInitiateShutdown', 'control'], 2: ['BaseInitiateShutdownEx', 'control'] },
  },
  '3919286a-b10c-11d0-9ba8-00c04fd92ef5': { name: 'dssetup', operations: { 0: ['DsRolerGetPrimaryDomainInformation', 'identify'] } },
}

export const interfaceName = (uuid: string): string => INTERFACES[uuid]?.name ?? NAMES[uuid]?.[0] ?? uuid

/** Named pipes that serve one interface, by the interface's name ([MS-WKST] §2.1, [MS-SRVS] §2.1 and their like). */
const PIPES: readonly string[] = ['lsarpc', 'netlogon', 'samr', 'spoolss', 'srvsvc', 'svcctl', 'winreg', 'wkssvc']
const OF_PIPE: ReadonlyMap<string, string> = new Map(
  [...new Set([...Object.keys(INTERFACES), ...Object.keys(NAMES)])].flatMap((uuid) =>
    PIPES.includes(interfaceName(uuid)) ? [[interfaceName(uuid), uuid] as const] : [],
  ),
)

/** The interface behind a pipe, told as `\PIPE\srvsvc` or `srvsvc`; '' where several may be. */
export function interfaceOfPipe(path: string): string {
  const name = path.slice(path.lastIndexOf('\\') + 1).replaceAll('\0', '')
  return OF_PIPE.get(name.toLowerCase()) ?? ''
}

const split = new Map<string, readonly string[]>()

/** Its name where one is known; undefined else. */
export function operationName(uuid: string, operation: number): string | undefined {
  let names = split.get(uuid)
  if (names === undefined) {
    const text = NAMES[uuid]?.[1]
    if (text === undefined) return undefined
    names = text.split(' ')
    split.set(uuid, names)
  }
  const name = names[operation]
  return name === '-' ? undefined : name
}
