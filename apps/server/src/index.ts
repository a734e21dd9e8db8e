/** The server: `main` is `isthmus up`; `startUp` is the same for a process that has a life of its own (tests, the bench). */
export { type ListenOptions, listenForLines } from './alert-sources/listen.ts'
export { type MainOptions, main } from './up/main.ts'
export { PLANT_SITE, type Running, startUp, type UpOptions } from './up/up.ts'
