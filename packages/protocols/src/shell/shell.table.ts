/** What shells say, and whose words they are. A prompt counts at the start of a line; one that many texts hold, where nothing follows it. */

export const SIGNS: readonly (readonly [sign: RegExp, shell: string])[] = [
  [/(?:^|\n)PS [A-Z]:\\[^\r\n<>|"*?]{0,200}> ?/, 'PowerShell'],
  [/(?:^|\n)Windows PowerShell\r?\n(?:\r?\n)?Copyright \(C\)/, 'PowerShell'],
  [/(?:^|\n)Microsoft Windows \[[^\]\r\n]{0,24}\d+\.\d+[^\]\r\n]{0,24}\]/, 'Windows command shell'],
  [/(?:^|\n)[A-Z]:\\[^\r\n<>|"*?]{0,200}>/, 'Windows command shell'],
  [/can't access tty; job control turned off/, 'Unix shell'],
  [/no job control in this shell/, 'Unix shell'],
  [/BusyBox v\d[\w.]{1,16} [^\r\n]{0,60}built-in shell/, 'Unix shell'],
  [/(?:^|\n)uid=\d+\([\w.$-]{1,32}\) gid=\d+\([\w.$-]{1,32}\)/, 'Unix shell'],
  [/(?:^|\n)Linux [\w.-]{1,64} \d+\.\d+[\w.+~-]{0,60} #\d+\S{0,40} [^\r\n]{0,160}Linux\r?\n/, 'Unix shell'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told their colour and title
  [/(?:^|[\n\x07m])[\w.-]{1,32}@[\w.-]{1,64}:[~/][^\r\n:]{0,100}[#$] ?(?:\x1b\[[\d;]{0,8}m ?)?$/, 'Unix shell'],
]
