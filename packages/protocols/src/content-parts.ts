/** The parts of a section's content, as its protocol knows them. */
import type { ContentPart } from '@isthmus/model'
import { PROTOCOLS } from './registry.ts'

export function contentParts(protocol: string, content: Uint8Array): readonly ContentPart[] {
  return PROTOCOLS.find(({ dissector }) => dissector.name === protocol)?.contentParts?.(content) ?? []
}
