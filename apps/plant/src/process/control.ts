/** A PI controller with clamped output and conditional integration: what the plant's loops run. */
export class Loop {
  #integral: number
  readonly #gain: number
  readonly #resetSeconds: number
  readonly #low: number
  readonly #high: number

  /** `gain` in output units per unit of error; `resetSeconds` the integral time. */
  constructor(gain: number, resetSeconds: number, low: number, high: number, start: number) {
    this.#gain = gain
    this.#resetSeconds = resetSeconds
    this.#low = low
    this.#high = high
    this.#integral = start
  }

  step(error: number, seconds: number, feedForward = 0): number {
    const wanted = this.#gain * error + this.#integral + feedForward
    const output = clamp(wanted, this.#low, this.#high)
    // Integrating while the output is at its stop would wind the loop up.
    if (output === wanted || Math.sign(error * this.#gain) !== Math.sign(wanted - output)) {
      this.#integral += (this.#gain * error * seconds) / this.#resetSeconds
    }
    return output
  }
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

/** First-order lag towards `target` with time constant `tau`, over `seconds`. */
export function lag(value: number, target: number, tau: number, seconds: number): number {
  return value + (target - value) * (1 - Math.exp(-seconds / tau))
}
