/** What a FINS command or its answer holds, by shape. Views are borrowed from the packet. */

/** `address` is word (16 bits) and bit (8 bits) as on the wire. */
export type Place = { readonly area: number; readonly address: number }

export type LinkRecord = { readonly node: number; readonly cio: number; readonly kind: number; readonly dm: number; readonly words: number }
export type DosTime = { year: number; month: number; day: number; hour: number; minute: number; second: number }
export type FileEntry = { readonly name: string; readonly time: DosTime; readonly capacity: number }
export type Block = { readonly type: number; readonly control: number }

export type Body =
  | { readonly is: 'nothing' }
  | { readonly is: 'items'; readonly places: readonly Place[]; readonly count: number; readonly data: Uint8Array }
  | { readonly is: 'data'; readonly data: Uint8Array }
  | { readonly is: 'values'; readonly values: readonly { readonly area: number; readonly data: Uint8Array }[] }
  | { readonly is: 'parameters'; readonly area: number; readonly word: number; readonly count: number; readonly data: Uint8Array }
  | {
      readonly is: 'link-table'
      readonly fixed: number
      readonly id: number
      readonly word: number
      readonly length: number
      readonly nodes: number
      readonly records: readonly LinkRecord[]
    }
  | {
      readonly is: 'protect'
      readonly program: number
      readonly code: number
      readonly word: number
      readonly last: number
      readonly password: string
    }
  | { readonly is: 'program'; readonly program: number; readonly word: number; readonly count: number; readonly data: Uint8Array }
  | { readonly is: 'clear'; readonly program: number; readonly code: number }
  | { readonly is: 'run'; readonly program: number; readonly mode: number }
  | { readonly is: 'choice'; readonly value: number }
  | {
      readonly is: 'controller'
      readonly model: string
      readonly version: string
      readonly system: string
      readonly sizes: readonly number[]
      readonly card: number
      readonly cardSize: number
      readonly units: readonly number[]
      readonly remote: number
      readonly remote2: number
      readonly pcStatus: number
    }
  | { readonly is: 'units-asked'; readonly first: number; readonly count: number }
  | { readonly is: 'units'; readonly count: number; readonly units: readonly { readonly address: number; readonly model: string }[] }
  | {
      readonly is: 'status'
      readonly status: number
      readonly mode: number
      readonly fatal: number
      readonly nonFatal: number
      readonly messages: number
      readonly fal: number
      readonly error: string
    }
  | {
      readonly is: 'network'
      readonly members: Uint8Array
      readonly cycle: number
      readonly polling: number
      readonly operation: number
      readonly transmission: number
      readonly nonFatal: Uint8Array
      readonly counters: Uint8Array
    }
  | { readonly is: 'links'; readonly status: number; readonly master: number; readonly flags: Uint8Array }
  | { readonly is: 'cycle'; readonly average: number; readonly longest: number; readonly shortest: number }
  | { readonly is: 'clock'; readonly fields: Uint8Array }
  | { readonly is: 'messages'; readonly type: number; readonly bits: number; readonly texts: readonly string[] }
  | { readonly is: 'holder'; readonly network: number; readonly node: number; readonly unit: number }
  | { readonly is: 'error'; readonly code: number }
  | { readonly is: 'error-log-asked'; readonly first: number; readonly count: number }
  | {
      readonly is: 'error-log'
      readonly most: number
      readonly stored: number
      readonly count: number
      readonly records: readonly { readonly code: number; readonly detail: number; readonly time: Uint8Array }[]
    }
  | { readonly is: 'files-asked'; readonly disk: number; readonly first: number; readonly count: number }
  | {
      readonly is: 'files'
      readonly label: string
      readonly time: DosTime
      readonly total: number
      readonly unused: number
      readonly files: number
      readonly count: number
      readonly isLast: boolean
      readonly entries: readonly FileEntry[]
    }
  | {
      readonly is: 'file'
      readonly disk: number
      readonly names: readonly string[]
      readonly parameter: number
      readonly position: number
      readonly length: number
      readonly data: Uint8Array
    }
  | { readonly is: 'file-data'; readonly capacity: number; readonly position: number; readonly length: number; readonly data: Uint8Array }
  | { readonly is: 'copy'; readonly from: number; readonly source: string; readonly to: number; readonly target: string }
  | {
      readonly is: 'transfer'
      readonly parameter: number
      readonly area: number
      readonly address: number
      readonly count: number
      readonly disk: number
      readonly name: string
    }
  | { readonly is: 'count'; readonly count: number }
  | { readonly is: 'blocks-asked'; readonly first: number; readonly count: number }
  | {
      readonly is: 'blocks'
      readonly remaining: number
      readonly total: number
      readonly memory: number
      readonly blocks: readonly Block[]
    }
  | { readonly is: 'block'; readonly block: Block; readonly number: number; readonly data: Uint8Array }
  | { readonly is: 'forces'; readonly count: number; readonly bits: readonly (Place & { readonly action: number })[] }
  | { readonly is: 'name'; readonly name: string }

export const NOTHING: Body = { is: 'nothing' }
