/** Small dense linear algebra for learned models: symmetric positive matrices as flat lower triangles. */

/** Numbers in the lower triangle of a symmetric matrix of this size, row by row. */
export function triangleSize(size: number): number {
  return (size * (size + 1)) / 2
}

export function triangleIndex(row: number, column: number): number {
  return row >= column ? (row * (row + 1)) / 2 + column : (column * (column + 1)) / 2 + row
}

/** Adds the outer product of a vector with itself. */
export function addOuter(triangle: number[], vector: readonly number[]): void {
  let at = 0
  for (let i = 0; i < vector.length; i++) {
    const a = vector[i]!
    if (a === 0) {
      at += i + 1
      continue
    }
    for (let j = 0; j <= i; j++) triangle[at++]! += a * vector[j]!
  }
}

/**
 * The inverse of a symmetric positive definite matrix by Cholesky's decomposition, or undefined where it is not
 * positive definite. Takes size³ operations: 4 million for 160 columns.
 */
export function inverse(triangle: readonly number[], size: number): number[] | undefined {
  const lower = new Float64Array(triangleSize(size))
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = triangle[triangleIndex(i, j)]!
      for (let k = 0; k < j; k++) sum -= lower[triangleIndex(i, k)]! * lower[triangleIndex(j, k)]!
      if (i !== j) lower[triangleIndex(i, j)] = sum / lower[triangleIndex(j, j)]!
      else if (sum > 0 && Number.isFinite(sum)) lower[triangleIndex(i, i)] = Math.sqrt(sum)
      else return undefined
    }
  }
  for (let i = 0; i < size; i++) {
    lower[triangleIndex(i, i)] = 1 / lower[triangleIndex(i, i)]!
    for (let j = 0; j < i; j++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= lower[triangleIndex(i, k)]! * lower[triangleIndex(k, j)]!
      lower[triangleIndex(i, j)] = sum * lower[triangleIndex(i, i)]!
    }
  }
  const out = new Array<number>(triangleSize(size)).fill(0)
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < size; k++) sum += lower[triangleIndex(k, i)]! * lower[triangleIndex(k, j)]!
      out[triangleIndex(i, j)] = sum
    }
  return out
}
