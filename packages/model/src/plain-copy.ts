/** A copy of numbers, texts, booleans, lists and records: what rows hold, copied much faster than by `structuredClone`. */
export function plainCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const list = new Array<unknown>(value.length)
    for (let i = 0; i < value.length; i++) list[i] = plainCopy(value[i])
    return list as T
  }
  const copy: Record<string, unknown> = {}
  for (const key in value) copy[key] = plainCopy(value[key])
  return copy as T
}
