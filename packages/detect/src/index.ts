export { RULE_BOUNDS } from './bounds.ts'
export { canonical, compileRules } from './compile.ts'
export { createDetector, type Detector, type DetectorOptions } from './detector.ts'
export { ENGINES } from './engines.ts'
export { categoryOf, DELTA_FIELDS, END_FIELDS, type FieldType, KINDS, OWN_FIELDS, SEEN_FIELDS } from './fields.table.ts'
export { isField } from './fields.ts'
export type { ForeignField, ForeignLog } from './foreign/foreign-log.ts'
export { GENERIC_LOGS } from './foreign/generic.table.ts'
export { ZEEK_LOGS } from './foreign/zeek.table.ts'
export type { Indicator, IndicatorFile, IndicatorRefusal } from './indicators/indicator.ts'
export { createIndicators, type Hit, type Indicators } from './indicators/match.ts'
export { readIndicators } from './indicators/read.ts'
export { approve, type BaselineEdit, expect, limit, memoryOf, type Word } from './learning/edit.ts'
export { HOLD_US } from './learning/hold.ts'
export { type Decided, isKnown, type Learned } from './learning/learned.ts'
export {
  BEHAVIOURS,
  type Behaviour,
  LEARNING_DEFAULTS,
  LEARNING_LIMITS,
  type LearningPhase,
  type LearningTimes,
  plainTimes,
  type Restarts,
} from './learning/times.ts'
export { type Learning, type LearningView, readLearning, VIEW_ROWS } from './learning/view.ts'
export { type Shown, shownBefore } from './memory/changed.ts'
export { type Hours, hoursBefore } from './memory/hours.ts'
export { MEMORY_FIELDS, MEMORY_KEYS } from './memory/keys.ts'
export { VOLUME_FIELDS } from './memory/volume.ts'
export {
  createProcessModel,
  type Deviation,
  MAX_TAGS,
  type Phase,
  PROCESS_DEFAULTS,
  type ProcessModel,
  type ProcessOptions,
  type ProcessState,
  type Reading,
} from './process/process-model.ts'
export type { RuleReport } from './raise.ts'
export { type Heard, listenedBy, type Remembered } from './remembered.ts'
export { type Ends, type Engine, HABIT_FIELDS, type Regex, type Rule, type RuleError, type RuleSet, type RuleSource } from './rule.ts'
export { compileWithSettings } from './settings/apply.ts'
export {
  type Catalogue,
  catalogueOf,
  type DetectionSettings,
  isOff,
  mergeSettings,
  NO_SETTINGS,
  type RuleSetting,
  readSettings,
  type Settable,
  type SettingError,
} from './settings/settings.ts'
export type { Threshold } from './settings/threshold.ts'
export type { StateRow } from './state.ts'
export { placeholdersOf, SAID } from './wording.ts'
