/** Where a transfer goes, as PORT, EPRT and the replies to PASV and EPSV word it (RFC 959 §4.1.2, RFC 2428 §2, §3). */

export type Address = { ip: string; port: number; isPassive: boolean }

const SIX = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/

export function portAddress(argument: string): Address | undefined {
  const extended = /^([!-~])([12])\1([0-9a-fA-F:.]+)\1(\d{1,5})\1/.exec(argument)
  if (extended !== null) return { ip: extended[3]!.toLowerCase(), port: Number(extended[4]), isPassive: false }
  return six(argument, false)
}

/** `serverIp` is where EPSV means: it states only a port. */
export function passiveAddress(code: number, text: string, serverIp: string | undefined): Address | undefined {
  if (code === 227) return six(text, true)
  const stated = /\(([!-~])(?:[12]?)\1([0-9a-fA-F:.]*)\1(\d{1,5})\1\)/.exec(text)
  if (stated === null) return undefined
  return { ip: stated[2] !== '' ? stated[2]!.toLowerCase() : (serverIp ?? ''), port: Number(stated[3]), isPassive: true }
}

function six(text: string, isPassive: boolean): Address | undefined {
  const m = SIX.exec(text)
  if (m === null) return undefined
  const n = m.slice(1).map(Number)
  if (n.some((v) => v > 255)) return undefined
  return { ip: n.slice(0, 4).join('.'), port: n[4]! * 256 + n[5]!, isPassive }
}
