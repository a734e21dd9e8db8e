import { Reader } from '@isthmus/wire'
import type { TsharkComparison } from '../testing/tshark.ts'
import type { Diameter } from './diameter.ts'

export const diameterFields: TsharkComparison<Diameter> = {
  protocol: 'diameter',
  filter: 'diameter',
  captures: ['it/diameter'],
  fields: {
    'diameter.cmd.code': (m) => m.command,
    'diameter.applicationId': (m) => m.application,
    'diameter.hopbyhopid': (m) => m.hopByHop,
    'diameter.Origin-Host': (m) => texts(m, 264),
    'diameter.Origin-Realm': (m) => texts(m, 296),
    'diameter.Session-Id': (m) => texts(m, 263),
    'diameter.User-Name': (m) => texts(m, 1),
    'diameter.Result-Code': (m) => m.attributes.filter((a) => a.code === 268).map((a) => new Reader(a.value).u32()),
  },
}

function texts(m: Diameter, code: number): string[] {
  return m.attributes.filter((a) => a.code === code && a.vendor === 0).map((a) => Buffer.from(a.value).toString())
}
