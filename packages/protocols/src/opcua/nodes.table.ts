/** Nodes of namespace 0 and names of properties that say who a server or device is (OPC 10000-5 §6.3, OPC 10000-100 §4.5). */
import type { AssetAttribute } from '@isthmus/model'

export const SERVER_NODES: Readonly<Record<number, AssetAttribute>> = {
  2261: 'model',
  2263: 'vendor',
  2264: 'software',
}
export const SERVER_STATUS = 2256
export const SERVER_STATE = 2259
export const BUILD_INFO = 2260

/** Browse names of a device's nameplate. */
export const NAMEPLATE: Readonly<Record<string, AssetAttribute>> = {
  Manufacturer: 'vendor',
  Model: 'model',
  ProductCode: 'orderCode',
  HardwareRevision: 'hardware',
  SoftwareRevision: 'firmware',
  DeviceRevision: 'hardware',
  SerialNumber: 'serial',
  DeviceClass: 'type',
  AssetId: 'name',
  ComponentName: 'name',
}

/** Methods that change the server itself (OPC 10000-5, OPC 10000-12 §7.10). */
export const METHODS: Readonly<Record<number, string>> = {
  3875: 'refresh conditions',
  9027: 'enable condition',
  9028: 'disable condition',
  9029: 'comment condition',
  9111: 'acknowledge condition',
  9113: 'confirm condition',
  11492: 'get monitored items',
  12737: 'create signing request',
  12740: 'apply changes',
  12777: 'get rejected certificates',
  12873: 'resend data',
  12886: 'request server state change',
  12912: 'refresh conditions',
  13737: 'update certificate',
}
export const STATE_CHANGE = 12886
export const CERTIFICATE_METHODS: ReadonlySet<number> = new Set([12737, 12740, 13737])
