/** Facilities and severities by number (RFC 5424 §6.2.1), as Zeek names them. */

export const FACILITIES: readonly string[] = [
  ...['KERN', 'USER', 'MAIL', 'DAEMON', 'AUTH', 'SYSLOG', 'LPR', 'NEWS', 'UUCP', 'CRON', 'AUTHPRIV', 'FTP'],
  ...['NTP', 'AUDIT', 'ALERT', 'CLOCK', 'LOCAL0', 'LOCAL1', 'LOCAL2', 'LOCAL3', 'LOCAL4', 'LOCAL5', 'LOCAL6', 'LOCAL7'],
]

export const SEVERITIES: readonly string[] = ['EMERG', 'ALERT', 'CRIT', 'ERR', 'WARNING', 'NOTICE', 'INFO', 'DEBUG']

/** Words by which devices report a change of themselves. */
export const CHANGES: readonly (readonly [RegExp, 'configured' | 'restarted'])[] = [
  [/%SYS-5-CONFIG_I\b|%SYS-\d-CONFIG\b|\bUI_COMMIT\b|\bconfiguration (?:was )?(?:changed|saved|committed)\b/i, 'configured'],
  [/%SYS-5-(?:RESTART|RELOAD)\b|\bsystem (?:restarted|rebooted|coldstart)\b/i, 'restarted'],
]
