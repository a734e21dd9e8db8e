/** When folded repetition is told: once enough event time and enough packets have passed since the last time. */

/** Event time after which folded repetition is told, and packets that must have passed as well. */
export const WINDOW_US = 60_000_000
const WINDOW_PACKETS = 1024

export class Cadence {
  #at = 0
  /** Packets that had come when it was last told. */
  packet = 0

  isDue(packets: number, atUs: number): boolean {
    return packets - this.packet >= WINDOW_PACKETS && (atUs - this.#at >= WINDOW_US || atUs < this.#at)
  }

  told(packets: number, atUs: number): void {
    this.#at = atUs
    this.packet = packets
  }
}
