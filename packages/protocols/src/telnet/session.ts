/**
 * What a person at the terminal sees and types: lines, prompts, a login. It depends on the order of the bytes alone, never on
 * how segments cut them.
 */
import { maskSecret } from '../mask.ts'

export type Login = { user: string; mask: string | undefined; ok: boolean | undefined }

export type Session = {
  /** The server's line that has no end yet. */
  shown: string
  /** The client's line that has no end yet. */
  typed: string
  /** Lines before the first prompt. */
  greeting: string[]
  isGreeting: boolean
  user: string
  /** A password was sent; what comes next tells whether it was right. */
  trying: Login | undefined
  isIn: boolean
  /** Command lines after the login. */
  commands: number
  /** For whoever tells: logins settled, secrets seen, commands typed. Emptied by the reader. */
  settled: Login[]
  secrets: { user: string; mask: string }[]
  typedCommands: string[]
  /** The server takes no more logins: what is typed after that is none of its commands. */
  isExhausted: boolean
  wasOn: boolean
}

const MAX_LINE = 512
const MAX_GREETING = 12
const MAX_QUEUED = 32
const USER_PROMPT = /(?:login(?: name)?|user ?name|user(?: id)?|account|benutzer(?:name)?|logon)[^:>]{0,24}[:>]\s*(\S*)$/i
const PASSWORD_PROMPT = /(?:pass(?:word|wort|code|phrase)?|kennwort|mot de passe|contrase.a)[^:>]{0,24}[:>]\s*\**$/i
const REFUSED = /incorrect|fail(?:ed|ure)|denied|invalid|bad (?:password|secrets|login)|unknown user|not (?:allowed|authorized)|wrong/i
const EXHAUSTED = /(?:too many|maximum (?:number of )?)[^.\n]{0,24}\b(?:tries|attempts|failures|logins)|% Bad passwords/i
const SHELL_PROMPT = /[#$>%\]]\s?$/

export function startSession(): Session {
  return {
    shown: '',
    typed: '',
    greeting: [],
    isGreeting: true,
    user: '',
    trying: undefined,
    isIn: false,
    commands: 0,
    settled: [],
    secrets: [],
    typedCommands: [],
    isExhausted: false,
    wasOn: false,
  }
}

export function takeServer(s: Session, data: Uint8Array): void {
  for (const b of data) {
    if (b === 10) {
      endShown(s)
      continue
    }
    if (b === 8 && s.shown.length > 0) s.shown = s.shown.slice(0, -1)
    if (b < 0x20 || s.shown.length >= MAX_LINE) continue
    s.shown += String.fromCharCode(b)
  }
}

function endShown(s: Session): void {
  const line = withoutEscapes(s.shown).trim()
  s.shown = ''
  if (!s.isIn && s.commands === 0 && EXHAUSTED.test(line)) {
    settle(s, false)
    s.isExhausted = true
  }
  if (s.trying !== undefined && REFUSED.test(line)) settle(s, false)
  if (s.isGreeting && line !== '' && s.greeting.length < MAX_GREETING) s.greeting.push(line)
}

/** Answers to a prompt end with CR; CR LF and CR NUL are one end. */
export function takeClient(s: Session, data: Uint8Array): void {
  for (const b of data) {
    if (b === 13 || (b === 10 && !s.wasOn)) endTyped(s)
    else if (b === 8 || b === 0x7f) s.typed = s.typed.slice(0, -1)
    else if (b >= 0x20 && s.typed.length < MAX_LINE) s.typed += String.fromCharCode(b)
    else if (b === 3 || b === 21) s.typed = ''
    s.wasOn = b === 13
  }
}

function endTyped(s: Session): void {
  const { typed } = s
  s.typed = ''
  const prompt = withoutEscapes(s.shown).trimEnd()
  if (PASSWORD_PROMPT.test(prompt)) {
    s.isGreeting = false
    // Asked again: the one before was wrong.
    if (s.trying !== undefined) settle(s, false)
    const mask = maskSecret(typed)
    s.trying = { user: s.user, mask, ok: undefined }
    if (s.secrets.length < MAX_QUEUED) s.secrets.push({ user: s.user, mask })
    return
  }
  const echoed = USER_PROMPT.exec(prompt)?.[1]
  if (echoed !== undefined && (echoed === '' || typed.startsWith(echoed)) && !s.isIn) {
    s.isGreeting = false
    if (s.trying !== undefined) settle(s, false)
    s.user = typed.slice(0, 128)
    return
  }
  if (s.trying !== undefined) settle(s, SHELL_PROMPT.test(prompt.slice(0, prompt.length - echoLength(prompt, typed))) ? true : undefined)
  if (typed.trim() === '' || s.isExhausted) return
  s.isGreeting = false
  s.commands++
  if (s.typedCommands.length < MAX_QUEUED) s.typedCommands.push(typed.trim())
}

function echoLength(prompt: string, typed: string): number {
  return typed !== '' && prompt.endsWith(typed.trimEnd()) ? typed.trimEnd().length : 0
}

/** The conversation is over, or the next step shows how the login went. */
export function settle(s: Session, ok: boolean | undefined): void {
  if (s.trying === undefined) return
  const isPrompt = SHELL_PROMPT.test(withoutEscapes(s.shown).trimEnd())
  const login = { ...s.trying, ok: ok ?? (isPrompt ? true : undefined) }
  if (login.ok === true) s.isIn = true
  if (s.settled.length < MAX_QUEUED) s.settled.push(login)
  s.trying = undefined
}

/** Without the sequences that colour and place (ECMA-48); their escape is dropped on the way in. */
function withoutEscapes(text: string): string {
  return text.replace(/\[[0-9;?]{1,16}[A-Za-z]/g, '')
}
