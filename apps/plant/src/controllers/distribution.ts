/** What the distribution controller holds: symbolic tags of the high-service pumps and the tower. */
import { HOSTS } from '../hosts.table.ts'
import type { WaterWorks } from '../process/water-works.ts'
import { BOOL, type CipIdentity, type CipTag, REAL } from './cip-server.ts'

/** Vendor 1 is Rockwell Automation, device type 14 a programmable logic controller. */
export const DISTRIBUTION_IDENTITY: CipIdentity = {
  vendor: 1,
  deviceType: 14,
  productCode: 156,
  revision: [30, 14],
  serial: 0x60c4_3113,
  product: '1769-L33ER/A LOGIX5333ER',
  ip: HOSTS.plc3.ip,
}

export function distributionTags(works: WaterWorks): ReadonlyMap<string, CipTag> {
  const real = (read: () => number, write?: (value: number) => void): CipTag => (write ? { type: REAL, read, write } : { type: REAL, read })
  return new Map<string, CipTag>([
    ['PT301_Pressure', real(() => works.pressure)],
    ['FT301_Flow', real(() => works.serviceFlow)],
    ['LT301_TowerLevel', real(() => works.towerLevel)],
    ['P301_Speed', real(() => works.serviceSpeed1)],
    ['P302_Speed', real(() => works.serviceSpeed2)],
    [
      'TowerLevel_SP',
      real(
        () => works.towerSetPoint,
        (v) => (works.towerSetPoint = v),
      ),
    ],
    ['P301_Run', { type: BOOL, read: () => Number(works.serviceSpeed1 > 5) }],
    ['P302_Run', { type: BOOL, read: () => Number(works.serviceSpeed2 > 5) }],
  ])
}
