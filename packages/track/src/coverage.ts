/** What the sensors read of each protocol, summed: the blind-spot report. */
import type { Coverage, CoverageReported } from '@isthmus/model'
import { LiveCollection } from './live-collection.ts'
import type { Refusals } from './row-set.ts'

/** Registered protocols are some two hundred; more names than this come from a broken sensor. */
const MAX_PROTOCOLS = 1000

export class CoverageSums {
  readonly all = new LiveCollection<Coverage>()
  readonly #refusals: Refusals

  constructor(refusals: Refusals) {
    this.#refusals = refusals
  }

  apply(o: CoverageReported): void {
    const sum = this.all.live(o.protocol)
    if (sum === undefined) {
      if (this.all.size >= MAX_PROTOCOLS) return this.#refusals.add('coverage')
      const { protocol, packets, bytes, messages, anomalies, undecoded, dropped } = o
      this.all.set(protocol, { protocol, packets, bytes, messages, anomalies, undecoded, dropped })
      return
    }
    sum.packets += o.packets
    sum.bytes += o.bytes
    sum.messages += o.messages
    sum.anomalies += o.anomalies
    sum.undecoded += o.undecoded
    sum.dropped += o.dropped
    this.all.touch(o.protocol)
  }
}
