/** Words of OSI's upper layers: session SPDUs (ISO 8327-1 §8.3), presentation (ISO 8823-1), association control (ISO 8650-1). */

export const SPDU = {
  giveTokens: 1,
  data: 1,
  finish: 9,
  disconnect: 10,
  refuse: 12,
  connect: 13,
  accept: 14,
  abort: 25,
  abortAccept: 26,
} as const

export const SPDU_NAMES: Readonly<Record<number, string>> = {
  1: 'data',
  8: 'not finished',
  9: 'finish',
  10: 'disconnect',
  12: 'refuse',
  13: 'connect',
  14: 'accept',
  25: 'abort',
  26: 'abort accept',
}

/** Abstract syntaxes and application contexts by object identifier. */
export const NAMES: Readonly<Record<string, string>> = {
  '2.2.1.0.1': 'ACSE',
  '2.2.1.0.0': 'ACSE',
  '1.0.9506.2.1': 'MMS',
  '1.0.9506.2.3': 'MMS',
  '1.0.9506.1.1': 'MMS',
  '2.2.3.1': 'password',
}

export const ACSE_TAG = { request: 0x60, response: 0x61, releaseRequest: 0x62, releaseResponse: 0x63, abort: 0x64 } as const

/** Associate-result. */
export const RESULTS: readonly string[] = ['accepted', 'rejected_permanent', 'rejected_transient']

/** Associate-source-diagnostic of the service user, named as DINA's package for Zeek names them. */
export const USER_DIAGNOSTICS: readonly string[] = [
  'null',
  'no_reason_given',
  'application_context_name_not_supported',
  'calling_AP_title_not_recognized',
  'calling_AP_invocation_identifier_not_recognized',
  'calling_AE_qualifier_not_recognized',
  'calling_AE_invocation_identifier_not_recognized',
  'called_AP_title_not_recognized',
  'called_AP_invocation_identifier_not_recognized',
  'called_AE_qualifier_not_recognized',
  'called_AE_invocation_identifier_not_recognized',
  'authentication_mechanism_name_not_recognized',
  'authentication_mechanism_name_required',
  'authentication_failure',
  'authentication_required',
]

export const PROVIDER_DIAGNOSTICS: readonly string[] = ['null', 'no_reason_given', 'no_common_acse_version']

export const ABORT_DIAGNOSTICS: readonly string[] = [
  '',
  'ABRT_diagnostic_no_reason_given',
  'protocol_error',
  'ABRT_diagnostic_authentication_mechanism_name_not_recognized',
  'ABRT_diagnostic_authentication_mechanism_name_required',
  'ABRT_diagnostic_authentication_failure',
  'ABRT_diagnostic_authentication_required',
]

/** Session refuse reasons (§8.3.5.10). */
export const REFUSALS: Readonly<Record<number, string>> = {
  0: 'rejected by called user',
  1: 'rejected by called user: temporary congestion',
  2: 'rejected by called user: see data',
  129: 'session selector unknown',
  130: 'user not attached to address',
  131: 'provider congestion',
  132: 'protocol versions not supported',
  133: 'rejected by provider',
  134: 'rejected by provider: implementation restriction',
}

/** Provider-reason of a presentation connect refusal. */
export const PRESENTATION_REASONS: readonly string[] = [
  'reason not specified',
  'temporary congestion',
  'local limit exceeded',
  'called presentation address unknown',
  'protocol version not supported',
  'default context not supported',
  'user data not readable',
  'no access point available',
]
