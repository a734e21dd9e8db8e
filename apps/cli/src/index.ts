export { analyze, type Picture, type RunOptions } from './analyze/run.ts'
export { main } from './main.ts'
