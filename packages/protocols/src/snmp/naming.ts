/** Names of variables: a group's name and what is left of the number, as tools print them. */
import { GROUPS } from './snmp.table.ts'

/** Arcs of a private variable that tell what it is; the rest is its place in a table. */
const PRIVATE_ARCS = 11
/** Arcs of a mib-2 column: 1.3.6.1.2.1, group, table, row, column. */
const COLUMN_ARCS = 10

/** `ifTable.1.10` for 1.3.6.1.2.1.2.2.1.10.4: without the instance, so that a walk is one operation a column. */
export function objectName(oid: string): string {
  const arcs = oid.split('.')
  const isPrivate = oid.startsWith('1.3.6.1.4.1.')
  for (let n = Math.min(arcs.length, PRIVATE_ARCS); n > 4; n--) {
    const name = GROUPS[arcs.slice(0, n).join('.')]
    if (name === undefined) continue
    const rest = arcs.slice(n, isPrivate ? PRIVATE_ARCS : COLUMN_ARCS)
    return rest.length === 0 || (rest.length === 1 && rest[0] === '0') ? name : `${name}.${rest.join('.')}`
  }
  return arcs.slice(0, isPrivate ? PRIVATE_ARCS : COLUMN_ARCS).join('.')
}
