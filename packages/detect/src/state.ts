/** What the detector must remember over a restart. */

/** One durable row: plain data, safe to serialise. */
export type StateRow = { readonly kind: string; readonly [field: string]: unknown }
