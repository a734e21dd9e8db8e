/** Bounds of one site's picture. Each protects memory; what a cap refuses is counted and shown. */
export type Caps = {
  /** Hosts of the site. */
  readonly assets: number
  /** Hosts outside it: whoever forges source addresses fills these first, never the site's own. */
  readonly external: number
  /** Hosts that were named by others but have not spoken. */
  readonly candidates: number
  /** Sessions held in memory, finished ones included: a finished one may still get a last count. */
  readonly sessions: number
  readonly operations: number
  /** Operations of one client on one server; the rest is summed in one row. */
  readonly operationsOfPair: number
  readonly tags: number
  readonly tagsOfServer: number
  readonly links: number
  /** Sections of programs, of the site and of one controller. */
  readonly programs: number
  readonly programsOfServer: number
  /** Samples between two calls of `takeSamples`. */
  readonly samples: number
  readonly macs: number
}

export const DEFAULT_CAPS: Caps = {
  assets: 50_000,
  external: 5_000,
  candidates: 5_000,
  sessions: 100_000,
  operations: 100_000,
  operationsOfPair: 5_000,
  tags: 100_000,
  tagsOfServer: 20_000,
  links: 100_000,
  programs: 10_000,
  programsOfServer: 2_000,
  samples: 500_000,
  macs: 50_000,
}
