/** Bytes of program sections while captures are read, by SHA-256. */
import { fromBase64, type KeptContent, type ProgramSection, type ProgramVersion } from '@isthmus/model'
import { contentParts } from '@isthmus/protocols'
import { diffContents, type ProgramDiff } from '@isthmus/track'

/** What is held of all sections; beyond it versions are told by their hash alone. */
const MAX_BYTES = 256 << 20

export class Contents {
  readonly #byHash = new Map<string, Uint8Array>()
  #held = 0
  /** Contents that found no room. */
  left = 0

  take(contents: readonly KeptContent[]): void {
    for (const { hash, base64 } of contents) {
      if (this.#byHash.has(hash)) continue
      const content = fromBase64(base64)
      if (content === undefined || this.#held + content.length > MAX_BYTES) {
        this.left++
        continue
      }
      this.#held += content.length
      this.#byHash.set(hash, content)
    }
  }

  get(hash: string | undefined): Uint8Array | undefined {
    return hash === undefined ? undefined : this.#byHash.get(hash)
  }

  /** Undefined where one of the two is not held. */
  diff({ protocol }: ProgramSection, before: ProgramVersion | undefined, after: ProgramVersion): ProgramDiff | undefined {
    const [old, now] = [this.get(before?.content), this.get(after.content)]
    if (old === undefined || now === undefined) return undefined
    return diffContents(old, now, (content) => contentParts(protocol, content))
  }
}
