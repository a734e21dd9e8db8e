/** How the two ends of a finding are recognised again, and what people call them. */
import { type Asset, type AssetType, type Endpoint, hostOf, isGroup } from '@isthmus/model'

/** What is known of the two ends of a finding. */
export type Ends = { readonly client: Asset | undefined; readonly server: Asset | undefined }

/** A finding of the link layer names a MAC; where its asset has one address, that is how people know it. */
export function withAddress(end: Endpoint, asset: Asset | undefined): Endpoint {
  if (end.ip !== undefined || end.mac === undefined || asset?.ips.length !== 1) return end
  return { ip: asset.ips[0], mac: end.mac, port: end.port }
}

const TYPE_WORDS: Readonly<Record<AssetType, string>> = {
  plc: 'controller',
  'safety-controller': 'safety controller',
  rtu: 'remote terminal unit',
  ied: 'protection device',
  drive: 'drive',
  'io-module': 'I/O module',
  hmi: 'operator panel',
  'engineering-station': 'engineering station',
  'scada-server': 'SCADA server',
  historian: 'historian',
  gateway: 'gateway',
  switch: 'switch',
  router: 'router',
  firewall: 'firewall',
  'access-point': 'access point',
  server: 'server',
  'domain-controller': 'domain controller',
  workstation: 'workstation',
  printer: 'printer',
  camera: 'camera',
  phone: 'phone',
  sensor: 'sensor',
  'building-controller': 'building controller',
  medical: 'medical device',
  external: 'internet host',
  unknown: 'host',
}

export function typeWord(asset: Asset | undefined): string {
  return TYPE_WORDS[asset?.type ?? 'unknown']
}

/** The name on the badge: `PLC-3`, else `10.1.2.20`. */
export function nameOf(asset: Asset | undefined, end: Endpoint): string {
  const address = hostOf(end)
  if (isGroup(end)) return address === '' ? 'several hosts' : 'everybody on the network'
  return asset?.names[0] ?? address
}

/** What an asset is called where no endpoint is at hand. */
export function labelOf({ names, ips, macs, id }: Asset): string {
  return names[0] ?? ips[0] ?? macs[0] ?? id
}

/** In a sentence, for somebody who does not know the plant: `controller PLC-3 (Siemens S7-1200, 10.1.2.20)`. */
export function describe(asset: Asset | undefined, end: Endpoint): string {
  const address = hostOf(end)
  if (isGroup(end)) return nameOf(asset, end)
  const name = asset?.names[0]
  const make = [asset?.vendor, asset?.model].filter((part) => part !== undefined).join(' ')
  const details = [make, name === undefined ? '' : address].filter((part) => part !== '').join(', ')
  const shown = `${typeWord(asset)} ${name ?? address}`
  return details === '' ? shown : `${shown} (${details})`
}
