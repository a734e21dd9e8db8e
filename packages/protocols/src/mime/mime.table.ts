/** What files of common formats begin with: [offset, bytes as text with one character a byte, media type as Zeek spells it]. */
export const MAGIC: readonly (readonly [offset: number, start: string, type: string])[] = [
  [0, 'MZ', 'application/x-dosexec'],
  [0, '%PDF-', 'application/pdf'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, 'GIF8', 'image/gif'],
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, 'BM', 'image/x-ms-bmp'],
  [0, '\x00\x00\x01\x00', 'image/x-icon'],
  [0, 'II*\x00', 'image/tiff'],
  [0, 'MM\x00*', 'image/tiff'],
  [8, 'WEBP', 'image/webp'],
  [0, '\x1f\x8b', 'application/x-gzip'],
  [0, 'BZh', 'application/x-bzip2'],
  [0, '\xfd7zXZ\x00', 'application/x-xz'],
  [0, "7z\xbc\xaf'\x1c", 'application/x-7z-compressed'],
  [0, 'Rar!\x1a\x07', 'application/x-rar'],
  [0, 'MSCF', 'application/vnd.ms-cab-compressed'],
  [257, 'ustar', 'application/x-tar'],
  [0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'application/msword'],
  [0, '\xca\xfe\xba\xbe\x00\x00\x00', 'application/x-java-applet'],
  [0, 'FWS', 'application/x-shockwave-flash'],
  [0, 'CWS', 'application/x-shockwave-flash'],
  [0, 'ZWS', 'application/x-shockwave-flash'],
  [0, 'L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F', 'application/x-ms-shortcut'],
  [0, '\xa1\xb2\xc3\xd4', 'application/vnd.tcpdump.pcap'],
  [0, '\xd4\xc3\xb2\xa1', 'application/vnd.tcpdump.pcap'],
  [0, 'OggS', 'application/ogg'],
  [0, 'ID3', 'audio/mpeg'],
  [0, 'FLV', 'video/x-flv'],
  [4, 'ftyp', 'video/mp4'],
  [0, 'wOFF', 'application/font-woff'],
  [0, '-----BEGIN CERTIFICATE-----', 'application/x-pem'],
]

/** Executables by the type field of their ELF header (System V ABI, e_type at offset 16). */
export const ELF_TYPES: Readonly<Record<number, string>> = {
  1: 'application/x-object',
  2: 'application/x-executable',
  3: 'application/x-sharedlib',
  4: 'application/x-coredump',
}

/** Parts of a ZIP archive that tell what it is. */
export const ZIP_PARTS: readonly (readonly [part: string, type: string])[] = [
  ['META-INF/', 'application/java-archive'],
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
]

/** Texts by how they begin once white space and comments are skipped; first match wins. */
export const TEXTS: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^#![^\n]{1,15}bin\/(?:env\s+)?(?:ba|tc|c|z|fa|ae|k)?sh/, 'text/x-shellscript'],
  [/^#![^\n]{1,15}bin\/(?:env\s+)?python/, 'text/x-python'],
  [/^#![^\n]{1,15}bin\/(?:env\s+)?perl/, 'text/x-perl'],
  [/^(?:<\?xml [^>]*\?>)?\s*<(?:!doctype +html|html|head|title|body|meta +http-equiv)/i, 'text/html'],
  [/^(?:<\?xml [^>]*\?>)?\s*<soap(?:-env)?:envelope/i, 'application/soap+xml'],
  [/^(?:<\?xml [^>]*\?>)?\s*<svg/i, 'image/svg+xml'],
  [/^<\?xml /, 'application/xml'],
  [/^<script\s+(?:type|language)=['"]?(?:text\/)?javascript/i, 'application/javascript'],
  [/^\{\s*(?:"[^"]+"|[a-zA-Z][\w\\]*)\s*:\s*(?:"|\[|\{|[0-9]|true|false)/, 'text/json'],
  [/^\[\s*(?:(?:"[^"]+"|[0-9]+(?:\.[0-9]+)?|true|false)\s*,|\{|\[)/, 'text/json'],
  [/^[^\n]*<\?php/, 'text/x-php'],
]

/** Ten characters of text, after a mark of byte order if any. */
export const PLAIN = /^(?:\xef\xbb\xbf|(?:\0\0)?\xfe\xff|\xff\xfe(?:\0\0)?)?[\s\x20-\x7e]{10}/
