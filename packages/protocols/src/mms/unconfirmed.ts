/** What devices say unasked: reports, their status, events. Spec: ISO 9506-2 §14.8 (information report), §8.4, §18. */
import type { Reader } from '@isthmus/wire'
import { integerOf } from '../asn1/ber.ts'
import { tlvBytes, tlvOpen, tlvSkip, tlvTag } from '../asn1/tlv.ts'
import type { Body } from './body.ts'
import { UNCONFIRMED } from './mms.table.ts'
import { readName } from './names.ts'
import { accessSpecification } from './requests.ts'
import { results } from './responses.ts'

export function readUnconfirmed(r: Reader, service: number, b: Body): void {
  const body = tlvOpen(r, UNCONFIRMED[service] ?? 'service')
  b.from = body.at
  if (service === 0) {
    if (accessSpecification(body, b) && tlvTag(body) === 0xa0) results(tlvOpen(body, 'values'), b)
  } else if (service === 1) {
    for (let n = 0; n < 4 && body.left > 0 && !body.short; n++) {
      if (tlvTag(body) === 0x80) b.logical = integerOf(tlvBytes(body, 'logical status'))
      else if (tlvTag(body) === 0x81) b.physical = integerOf(tlvBytes(body, 'physical status'))
      else tlvSkip(body, 'detail')
    }
  } else {
    const names: string[] = []
    for (let n = 0; n < 16 && body.left > 0 && !body.short; n++) {
      if (tlvTag(body) === 0xa0 || tlvTag(body) === 0xa1) names.push(readName(tlvOpen(body, 'event')))
      else tlvSkip(body, 'field')
    }
    b.names = names
  }
  if (body.short) r.short = true
}
