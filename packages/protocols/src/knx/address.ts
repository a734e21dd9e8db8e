/** Addresses of KNX as people write them. */

/** Area, line and device. */
export function individual(address: number): string {
  return `${address >> 12}.${(address >> 8) & 15}.${address & 0xff}`
}

/** Main, middle and subgroup. */
export function group(address: number): string {
  return `${address >> 11}/${(address >> 8) & 7}/${address & 0xff}`
}
