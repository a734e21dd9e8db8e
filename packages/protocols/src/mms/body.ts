/** What an MMS PDU says, flat: a field is empty, 0 or -1 where the service has none. Views are borrowed from the packet. */
import type { Data } from './data.ts'
import type { TypeNode } from './names.ts'

export type Body = {
  /** Offset of the service in the bytes it was read from. */
  from: number
  /** Variables by name, and the named list they were asked for by. */
  variables: readonly string[]
  list: string
  /** Results of a read or a write, data of a write or a report. */
  values: readonly Data[]
  /** The same as encoded: equal bytes are equal values. */
  bytes: Uint8Array
  /** Other objects: identifiers of a list, domains, program invocations, files. */
  names: readonly string[]
  objectClass: number
  /** Domain that a list of names is of. */
  scope: string
  moreFollows: boolean
  /** State machine of a file or an upload, position, invoke id of a cancel. */
  handle: number
  size: number
  vendor: string
  model: string
  revision: string
  logical: number
  physical: number
  type: TypeNode | undefined
  /** Content of a file or a domain. */
  data: Uint8Array
  text: string
  errorClass: number
  errorCode: number
  isTooDeep: boolean
}

const NO_NAMES: readonly string[] = []
const NO_VALUES: readonly Data[] = []
const EMPTY = new Uint8Array(0)

export function newBody(): Body {
  return {
    from: 0,
    variables: NO_NAMES,
    list: '',
    values: NO_VALUES,
    bytes: EMPTY,
    names: NO_NAMES,
    objectClass: -1,
    scope: '',
    moreFollows: false,
    handle: -1,
    size: -1,
    vendor: '',
    model: '',
    revision: '',
    logical: -1,
    physical: -1,
    type: undefined,
    data: EMPTY,
    text: '',
    errorClass: -1,
    errorCode: -1,
    isTooDeep: false,
  }
}
