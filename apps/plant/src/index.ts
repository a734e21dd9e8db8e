/** The demonstration plant: a simulated water works whose hosts talk with real protocol stacks, as a stream of pcap bytes. */

export { type BlockName, blockCode, s7Block, withNetwork } from './controllers/s7-block.ts'
export { HOSTS, type Host, type HostId, type HostKind, VLANS } from './hosts.table.ts'
export { DEFAULT_INTRUSION, DEFAULT_START, type PlantOptions, playPlant, STORY_SECONDS, writePlantCapture } from './play.ts'
export { Random } from './random.ts'
export { INTRUSION, type IntrusionStep, type StepId } from './script/intrusion.table.ts'
export { type ProjectLoad, writeProjectCapture } from './script/project.ts'
export { type Played, playTriton, type TritonOptions, type TritonPlay, writeTritonCapture } from './triton/play.ts'
