/** Codes of RDP: [MS-RDPBCGR] §2.2.1; names as Zeek's rdp.log spells them. Keyboard layouts: Microsoft's language identifiers. */

export const PROTOCOLS: Readonly<Record<number, string>> = { 0: 'RDP', 1: 'SSL', 2: 'HYBRID', 8: 'HYBRID_EX' }

export const FAILURES: Readonly<Record<number, string>> = {
  1: 'SSL_REQUIRED_BY_SERVER',
  2: 'SSL_NOT_ALLOWED_BY_SERVER',
  3: 'SSL_CERT_NOT_ON_SERVER',
  4: 'INCONSISTENT_FLAGS',
  5: 'HYBRID_REQUIRED_BY_SERVER',
  6: 'SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER',
}

export const RESULTS: readonly string[] = [
  'Success',
  'User rejected',
  'Resources not available',
  'Rejected for symmetry breaking',
  'Locked conference',
]

export const BUILDS: Readonly<Record<number, string>> = {
  419: 'RDP 4.0',
  2195: 'RDP 5.0',
  2221: 'RDP 5.0',
  2600: 'RDP 5.1',
  3790: 'RDP 5.2',
  6000: 'RDP 6.0',
  6001: 'RDP 6.1',
  6002: 'RDP 6.2',
  7600: 'RDP 7.0',
  7601: 'RDP 7.1',
  9200: 'RDP 8.0',
  9600: 'RDP 8.1',
  25189: 'RDP 8.0 (Mac)',
  25282: 'RDP 8.0 (Mac)',
}

export const METHODS: Readonly<Record<number, string>> = { 0: 'None', 1: '40bit', 2: '128bit', 8: '56bit', 10: 'FIPS' }
export const LEVELS: Readonly<Record<number, string>> = { 0: 'None', 1: 'Low', 2: 'Client compatible', 3: 'High', 4: 'FIPS' }
export const CERTIFICATES: Readonly<Record<number, string>> = { 1: 'RSA', 2: 'X.509' }
export const DEPTHS: Readonly<Record<number, string>> = { 4: '4bit', 8: '8bit', 15: '15bit', 16: '16bit', 24: '24bit' }

const LAYOUTS: Readonly<Record<number, string>> = {
  1025: 'Arabic - Saudi Arabia',
  1026: 'Bulgarian',
  1027: 'Catalan',
  1028: 'Chinese - Taiwan',
  1029: 'Czech',
  1030: 'Danish',
  1031: 'German - Germany',
  1032: 'Greek',
  1033: 'English - United States',
  1034: 'Spanish - Spain (Traditional Sort)',
  1035: 'Finnish',
  1036: 'French - France',
  1037: 'Hebrew',
  1038: 'Hungarian',
  1039: 'Icelandic',
  1040: 'Italian - Italy',
  1041: 'Japanese',
  1042: 'Korean',
  1043: 'Dutch - Netherlands',
  1044: 'Norwegian (Bokmal)',
  1045: 'Polish',
  1046: 'Portuguese - Brazil',
  1048: 'Romanian',
  1049: 'Russian',
  1050: 'Croatian',
  1051: 'Slovak',
  1052: 'Albanian - Albania',
  1053: 'Swedish',
  1054: 'Thai',
  1055: 'Turkish',
  1056: 'Urdu',
  1057: 'Indonesian',
  1058: 'Ukrainian',
  1059: 'Belarusian',
  1060: 'Slovenian',
  1061: 'Estonian',
  1062: 'Latvian',
  1063: 'Lithuanian',
  1065: 'Farsi',
  1066: 'Vietnamese',
  1067: 'Armenian - Armenia',
  1068: 'Azeri (Latin)',
  1069: 'Basque',
  1071: 'FYRO Macedonian',
  1078: 'Afrikaans - South Africa',
  1079: 'Georgian',
  1081: 'Hindi',
  1086: 'Malay - Malaysia',
  1087: 'Kazakh',
  2049: 'Arabic - Iraq',
  2052: "Chinese - People's Republic of China",
  2055: 'German - Switzerland',
  2057: 'English - United Kingdom',
  2058: 'Spanish - Mexico',
  2060: 'French - Belgium',
  2064: 'Italian - Switzerland',
  2067: 'Dutch - Belgium',
  2068: 'Norwegian (Nynorsk)',
  2070: 'Portuguese - Portugal',
  2074: 'Serbian (Latin)',
  2077: 'Swedish - Finland',
  3073: 'Arabic - Egypt',
  3076: 'Chinese - Hong Kong SAR',
  3079: 'German - Austria',
  3081: 'English - Australia',
  3082: 'Spanish - Spain (Modern Sort)',
  3084: 'French - Canada',
  3098: 'Serbian (Cyrillic)',
  4100: 'Chinese - Singapore',
  4103: 'German - Luxembourg',
  4105: 'English - Canada',
  4108: 'French - Switzerland',
  5129: 'English - New Zealand',
  6153: 'English - Ireland',
  7177: 'English - South Africa',
  11274: 'Spanish - Argentina',
  16393: 'English - India',
  66569: 'English - United States (Dvorak)',
  66567: 'German (IBM)',
}

export function layoutName(code: number): string {
  const exact = LAYOUTS[code]
  if (exact !== undefined) return exact
  const language = LAYOUTS[code & 0xffff]
  return language === undefined ? `keyboard-${code}` : `${language} (Best Guess for ${code})`
}
