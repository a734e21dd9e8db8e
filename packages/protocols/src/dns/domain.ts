/**
 * name → the part of it that somebody registered. Without the list of public suffixes: the last two labels, three where the
 * second is one of those under which countries let register (`example.co.uk`).
 */
const UNDER_COUNTRY: ReadonlySet<string> = new Set(
  'ac co com edu gen go gob gouv gov gub info ltd me mil ne net nhs nic nom or org plc sch'.split(' '),
)
/** RFC 6761, RFC 6762, RFC 3172: nobody's to register. */
const NOBODYS: ReadonlySet<string> = new Set(['arpa', 'local', 'localhost', 'localdomain', 'invalid', 'test'])

/** In lower case; '' where the name is one label, a number or nobody's. */
export function domainOf(name: string): string {
  const labels = name.toLowerCase().split('.')
  if (labels.at(-1) === '') labels.pop()
  const top = labels.at(-1) ?? ''
  if (labels.length < 2 || NOBODYS.has(top) || /^[0-9]*$/.test(top)) return ''
  const isCountry = top.length === 2 && UNDER_COUNTRY.has(labels.at(-2)!)
  return labels.slice(isCountry ? -3 : -2).join('.')
}
