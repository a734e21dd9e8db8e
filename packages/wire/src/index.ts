export { byteText } from './byte-text.ts'
export { CaptureReader, type FrameSink, type Problem } from './capture/capture-reader.ts'
export {
  type Carried,
  type Context,
  type Dissector,
  type Expected,
  type Flow,
  HANDED_OVER,
  NEED_MORE,
  NOT_MINE,
  type SeenMessage,
  type Side,
} from './dissector.ts'
export { Engine, type EngineListener, Skipped } from './engine.ts'
export { ipv4Text, ipv6Text, macText } from './packet/address.ts'
export { Packet } from './packet/packet.ts'
export type { Share } from './packet/share.ts'
export { Reader } from './reader.ts'
export { Conversation } from './stream/conversation.ts'
export { Counts, FlowRecord, type Transport } from './stream/flow.ts'
export { Host } from './stream/hosts.ts'
export type { Listener, Moment } from './stream/listener.ts'
export { type AnyDissector, Registered, Registry } from './stream/registry.ts'
export { type TraceNode, TraceReader } from './trace.ts'
