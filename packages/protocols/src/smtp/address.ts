/** Mail addresses out of commands and header fields, as Zeek cuts them. */

/** What stands between brackets, blanks, commas or colons and holds an @. */
const ADDRESS = /(?:^|[<,:\s])([^<,:\s@]{1,512}@[^>,;\s]{1,512})(?=[>,;\s]|$)/g

export function addressesIn(text: string): string[] {
  return [...text.slice(0, 8192).matchAll(ADDRESS)].map((m) => m[1]!.replace(/[<>,:;\s]/g, ''))
}

export function firstAddress(text: string): string {
  return addressesIn(text)[0] ?? ''
}

/** `"Doe, John" <a@b>, c@d` in two. */
export function splitAddresses(text: string): string[] {
  return (text.slice(0, 65_536).match(/(?:"[^"]*")?[^,]+/g) ?? []).map((part) => part.trim())
}
