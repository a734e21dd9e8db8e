/** Control messages and what they answer (RFC 2637 §2). */
export const CONTROLS: Readonly<Record<number, string>> = {
  1: 'start tunnel request',
  2: 'start tunnel reply',
  3: 'stop tunnel request',
  4: 'stop tunnel reply',
  5: 'echo request',
  6: 'echo reply',
  7: 'outgoing call request',
  8: 'outgoing call reply',
  9: 'incoming call request',
  10: 'incoming call reply',
  11: 'incoming call connected',
  12: 'clear call request',
  13: 'disconnect call',
  14: 'line error',
  15: 'set link info',
}

/** Lengths of the messages, head included. */
export const LENGTHS: Readonly<Record<number, number>> = {
  1: 156,
  2: 156,
  3: 16,
  4: 16,
  5: 16,
  6: 20,
  7: 168,
  8: 32,
  9: 220,
  10: 24,
  11: 28,
  12: 16,
  13: 148,
  14: 40,
  15: 24,
}

/** Refusals by message; what is not here is told by its number. */
export const RESULTS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  2: { 2: 'general error', 3: 'tunnel exists', 4: 'not authorized', 5: 'version not supported' },
  4: { 2: 'general error' },
  6: { 2: 'general error' },
  8: { 2: 'general error', 3: 'no carrier', 4: 'busy', 5: 'no dial tone', 6: 'timed out', 7: 'not accepted' },
  10: { 2: 'general error', 3: 'not accepted' },
  13: { 1: 'lost carrier', 2: 'general error', 3: 'shut down by an administrator', 4: 'asked for' },
}

/** §2.16. */
export const GENERAL_ERRORS: Readonly<Record<number, string>> = {
  1: 'not connected',
  2: 'bad format',
  3: 'bad value',
  4: 'no resource',
  5: 'bad call id',
  6: 'access concentrator error',
}
