/** What conversations tell, and the moment they share. */
import type { TraceNode } from '../trace.ts'
import type { Budget } from './budget.ts'
import type { Conversation } from './conversation.ts'
import type { Expectations } from './expectations.ts'

/** Who listens to a conversation. */
export interface Listener {
  message(conversation: Conversation, trace: readonly TraceNode[] | undefined): void
  /** A protocol was recognised; `expected` names the one whose port it is, when that is another. */
  recognised(conversation: Conversation, expected: string | undefined): void
  /** The conversation's protocol has handed over to another: nothing more will come of it. */
  left(conversation: Conversation): void
  anomaly(conversation: Conversation, name: string, detail: string): void
  /** Bytes that no message covers. */
  undecoded(conversation: Conversation, bytes: number): void
}

/** Shared by all conversations of an engine: what is being decoded right now. */
export type Moment = { atUs: number; packet: number; tracing: boolean; readonly budget: Budget; readonly expected: Expectations }
