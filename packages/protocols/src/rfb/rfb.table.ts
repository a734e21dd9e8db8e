/** Security types (RFC 6143 §7.1.2 and IANA "Remote Framebuffer Security Types"), by the names Zeek logs; others are RealVNC's. */
export const SECURITY: Readonly<Record<number, string>> = {
  0: 'Invalid',
  1: 'None',
  2: 'VNC',
  16: 'Tight',
  17: 'Ultra',
  18: 'TLS',
  19: 'VeNCrypt',
  20: 'GTK-VNC SASL',
  21: 'MD5 hash authentication',
  22: 'Colin Dean xvp',
  30: 'Apple Remote Desktop',
}

export function securityName(type: number): string {
  return SECURITY[type] ?? 'RealVNC'
}

export const TYPE = { invalid: 0, none: 1, vnc: 2, apple: 30 } as const

/** Messages of the client (RFC 6143 §7.5): name and length; the two that state their own length say 0. */
export const CLIENT_MESSAGES: Readonly<Record<number, readonly [name: string, length: number]>> = {
  0: ['set pixel format', 20],
  2: ['set encodings', 0],
  3: ['ask for update', 10],
  4: ['key', 8],
  5: ['pointer', 6],
  6: ['clipboard', 0],
}
