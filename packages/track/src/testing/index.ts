/** Observations for tests, of this package and of those that stand on it. */
export { claimed, other, read, SITE, START, session, tried } from './observations.ts'
export { story } from './story.ts'
