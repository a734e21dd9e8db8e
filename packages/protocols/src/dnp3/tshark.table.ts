import type { TsharkComparison } from '../testing/tshark.ts'
import { type Application, isResponse } from './application.ts'
import type { Dnp3, Dnp3State } from './dnp3.ts'
import { eachPoint } from './points.ts'

/** Values of the points in groups `from` to `to` whose type is one of `types`. */
function values(application: Application | undefined, from: number, to: number, ...types: string[]): number[] | undefined {
  if (application === undefined) return undefined
  const found: number[] = []
  for (const header of application.headers) {
    if (header.group < from || header.group > to) continue
    eachPoint(application, header, ({ value, dataType }) => {
      if (typeof value === 'number' && types.includes(dataType)) found.push(value)
    })
  }
  return found
}

export const dnp3Fields: TsharkComparison<Dnp3, Dnp3State> = {
  protocol: 'dnp3',
  filter: 'dnp3',
  captures: ['ot/dnp3', 'attacks/qut-dnp3'],
  fields: {
    'dnp3.dst': ({ destination }) => destination,
    'dnp3.src': ({ source }) => source,
    'dnp3.ctl.dir': ({ fromMaster }) => fromMaster,
    'dnp3.ctl.prm': ({ isPrimary }) => isPrimary,
    'dnp3.ctl.prifunc': ({ isPrimary, linkCode }) => (isPrimary ? linkCode : undefined),
    'dnp3.ctl.secfunc': ({ isPrimary, linkCode }) => (isPrimary ? undefined : linkCode),
    'dnp3.al.func': ({ application }) => application?.code,
    'dnp3.al.seq': ({ application }) => application && application.control & 0x0f,
    'dnp3.al.iin': ({ application }) => (application !== undefined && isResponse(application.code) ? application.indications : undefined),
    'dnp3.al.obj': ({ application }) => application?.headers.map(({ group, variation }) => group * 256 + variation),
    'dnp3.al.ana.int': ({ application }) => values(application, 30, 34, 'int16', 'int32'),
    'dnp3.al.ana.float': ({ application }) => values(application, 30, 34, 'float32'),
    'dnp3.al.cnt': ({ application }) => values(application, 20, 23, 'uint16', 'uint32'),
    'dnp3.al.anaout.int': ({ application }) => values(application, 40, 43, 'int16', 'int32'),
    'dnp3.al.anaout.float': ({ application }) => values(application, 40, 43, 'float32'),
  },
}
