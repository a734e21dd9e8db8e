export { type Analysis, type AnalyzeOptions, analyzeCaptures, type CaptureOutcome, captureNames, MAX_BATCH } from './analyze-captures.ts'
export { type LiveCapture, type LiveOptions, openLive } from './live-capture.ts'
export { fromStream, type OpenCapture, openCapture } from './open-capture.ts'
export { openSpool, type Spool, type SpoolOptions, type SpoolStats } from './spool.ts'
