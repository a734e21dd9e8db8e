/** Windows by the version that NTLM and SMB state: major.minor.build ([MS-NLMP] §2.2.2.10; Microsoft's release lists). */

export const FLAGS = { unicode: 0x0000_0001, version: 0x0200_0000, extendedSecurity: 0x0008_0000 } as const

/** Target information ([MS-NLMP] §2.2.2.1). */
export const PAIR = { end: 0, computer: 1, domain: 2, dnsComputer: 3, dnsDomain: 4, tree: 5 } as const

const BUILDS: readonly (readonly [from: number, name: string])[] = [
  [26100, 'Windows 11 24H2 or Server 2025'],
  [22631, 'Windows 11 23H2'],
  [22621, 'Windows 11 22H2'],
  [22000, 'Windows 11 21H2'],
  [20348, 'Windows Server 2022'],
  [19045, 'Windows 10 22H2'],
  [19044, 'Windows 10 21H2'],
  [19043, 'Windows 10 21H1'],
  [19042, 'Windows 10 20H2'],
  [19041, 'Windows 10 2004'],
  [18363, 'Windows 10 1909'],
  [18362, 'Windows 10 1903'],
  [17763, 'Windows 10 1809 or Server 2019'],
  [17134, 'Windows 10 1803'],
  [16299, 'Windows 10 1709'],
  [15063, 'Windows 10 1703'],
  [14393, 'Windows 10 1607 or Server 2016'],
  [10586, 'Windows 10 1511'],
  [10240, 'Windows 10 1507'],
]

const VERSIONS: Readonly<Record<string, string>> = {
  '5.0': 'Windows 2000',
  '5.1': 'Windows XP',
  '5.2': 'Windows Server 2003 or XP x64',
  '6.0': 'Windows Vista or Server 2008',
  '6.1': 'Windows 7 or Server 2008 R2',
  '6.2': 'Windows 8 or Server 2012',
  '6.3': 'Windows 8.1 or Server 2012 R2',
}

/** `Windows 10 1809 or Server 2019 (10.0.17763)`. Samba states 6.1 build 0. */
export function windowsName(major: number, minor: number, build: number): string {
  const number = `${major}.${minor}.${build}`
  const name = major === 10 ? BUILDS.find(([from]) => build >= from)?.[1] : VERSIONS[`${major}.${minor}`]
  if (build === 0) return ''
  return name === undefined ? `Windows ${number}` : `${name} (${number})`
}
