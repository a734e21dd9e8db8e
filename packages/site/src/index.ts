export { NO_CHANGES, type SiteChanges } from './changes.ts'
export { followed } from './follow.ts'
export { type BatchRefusal, createSite, isBatchRefusal, type Site, type SiteOptions, type SiteRows } from './site.ts'
