export { type Caps, DEFAULT_CAPS } from './caps.ts'
export type { Change, ChangeKind } from './change.ts'
export type { TrackRow } from './row.ts'
export type { Tracker, TrackerOptions, TrackRows } from './tracker.ts'
