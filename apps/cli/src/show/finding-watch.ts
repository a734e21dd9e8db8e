/** Which findings each packet gives rise to: the server half fed one observation at a time. */
import { loadContent } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import type { Finding, Observation } from '@isthmus/model'
import { createSite, type Site } from '@isthmus/site'

const MAX_FINDINGS = 10_000

export class FindingWatch {
  readonly #site: Site
  readonly #byPacket = new Map<number, Finding[]>()
  #count = 0

  constructor() {
    const content = loadContent()
    this.#site = createSite({ site: 'show', rules: content.rules, learningUs: 0, content, vendorOf })
  }

  take(observation: Observation, packet: number): void {
    this.#site.applyObservation(observation)
    const { findings } = this.#site.takeChanges()
    if (findings.length === 0 || this.#count >= MAX_FINDINGS) return
    this.#count += findings.length
    this.#byPacket.set(packet, [...(this.#byPacket.get(packet) ?? []), ...findings])
  }

  of(packet: number): readonly Finding[] {
    return this.#byPacket.get(packet) ?? []
  }
}
