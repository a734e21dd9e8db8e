/** Arguments one call takes without risking the stack. */
const PIECE = 4096

/** One character a byte: true Latin-1, which `TextDecoder` does not have (its latin1 is windows-1252). */
export function byteText(bytes: Uint8Array): string {
  if (bytes.length <= PIECE) return String.fromCharCode.apply(null, bytes as unknown as number[])
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE) as unknown as number[])
  return text
}
