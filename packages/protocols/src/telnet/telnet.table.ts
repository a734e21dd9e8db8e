/** Options by number (IANA telnet options), and what greetings give away. */

export const OPTIONS: Readonly<Record<number, string>> = {
  0: 'binary',
  1: 'echo',
  3: 'suppress go ahead',
  5: 'status',
  6: 'timing mark',
  17: 'extended ascii',
  18: 'logout',
  24: 'terminal type',
  25: 'end of record',
  31: 'window size',
  32: 'terminal speed',
  33: 'flow control',
  34: 'line mode',
  35: 'x display',
  36: 'environment',
  37: 'authentication',
  38: 'encryption',
  39: 'new environment',
  40: 'tn3270e',
  42: 'charset',
  44: 'com port',
  46: 'start tls',
}

/** In a greeting: pattern, attribute, value (`$1` is the pattern's group). */
export const GREETINGS: readonly (readonly [RegExp, 'os' | 'vendor' | 'software' | 'model' | 'firmware', string])[] = [
  [/User Access Verification/, 'os', 'Cisco IOS'],
  [/\bCisco\b/, 'vendor', 'Cisco'],
  [/\b(VxWorks(?: [\d.]+)?)/, 'os', '$1'],
  [/\b(BusyBox v[\d.]+)/, 'software', '$1'],
  [/\b((?:Ubuntu|Debian GNU\/Linux|CentOS|Red Hat|Raspbian|Fedora)[^\r\n]{0,40})/, 'os', '$1'],
  [/\b(Linux [\d.][\w.-]*)/, 'os', '$1'],
  [/\b(SunOS [\d.]+)/, 'os', '$1'],
  [/\b(FreeBSD|OpenBSD|NetBSD|AIX|HP-UX|IRIX|QNX|Nucleus|RTEMS)\b/, 'os', '$1'],
  [/Microsoft Telnet Se(?:rvice|rver)/, 'os', 'Windows'],
  [
    /\b(RUGGEDCOM|Moxa|Hirschmann|Westermo|Lantronix|Digi|MikroTik|Juniper|Huawei|ZyXEL|Siemens|Schneider Electric|ABB|GE)\b/i,
    'vendor',
    '$1',
  ],
  [/\b(MGE|NPort \w+|EDS-\w+|SCALANCE [\w-]+|RSG?\d{4}\w*)\b/, 'model', '$1'],
  [/\b(?:firmware|fw|software) (?:version|rev(?:ision)?)[:\s]+v?([\w.-]{1,24})/i, 'firmware', '$1'],
]
