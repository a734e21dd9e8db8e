/** The EICAR test file: 68 bytes that every scanner finds by agreement and that do no harm. */

/** Put together when it is asked for, so that scanners do not take this file for it. */
export function eicar(): Uint8Array {
  const parts = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$', 'EICAR', '-STANDARD-', 'ANTIVIRUS-', 'TEST-FILE!', '$H+H*']
  return Uint8Array.from(parts.join(''), (c) => c.charCodeAt(0))
}

/** A rule that finds it where it begins a file or stands in one (a letter, a form). */
export const EICAR_RULE = `rule EICAR_test_file {
  meta:
    description = "The file by which people try out scanners; it does no harm"
    reference = "https://www.eicar.org/download-anti-malware-testfile/"
  strings:
    $text = { ${hex()} }
  condition:
    $text
}
`

function hex(): string {
  return Array.from(eicar(), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
