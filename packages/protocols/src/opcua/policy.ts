/** Security policies (OPC 10000-7 §6.6) as the wire shows them. */

/** `Basic256Sha256`, `None`; '' for null. */
export function policyName(uri: string): string {
  return uri.slice(uri.lastIndexOf('#') + 1)
}

/** Nothing is encrypted or signed. */
export function isPlainPolicy(uri: string): boolean {
  return uri === '' || uri.endsWith('#None')
}

/** Bytes of the symmetric signature: HMAC-SHA1 in the two oldest, HMAC-SHA256 in the others. */
export function signatureBytes(uri: string): number {
  const name = policyName(uri)
  return name === 'Basic128Rsa15' || name === 'Basic256' ? 20 : 32
}

/** OPC 10000-4 §7.20. */
export const SECURITY_MODES: readonly string[] = ['invalid', 'none', 'sign', 'sign and encrypt']
