export { compileRules } from './compile.ts'
export { createDetector, type Detector, type DetectorOptions } from './detector.ts'
export type { Ends, Engine, Regex, Rule, RuleError, RuleSet, RuleSource } from './rule.ts'
export type { StateRow } from './state.ts'
