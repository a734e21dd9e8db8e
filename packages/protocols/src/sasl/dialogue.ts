/**
 * A login that mail protocols carry line by line in base 64: who logs in, and the password where it goes by in clear.
 *
 * Spec: RFC 4422 (framework), RFC 4616 (PLAIN), draft-murchison-sasl-login (LOGIN), RFC 2195 (CRAM-MD5), RFC 7628 (OAUTHBEARER).
 */
import { readable, textBytes } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { fromBase64 } from '../mime/base64.ts'
import { hintNtlm } from '../ntlm/login.ts'
import { findNtlm } from '../ntlm/ntlmssp.ts'
import type { Sink } from '../protocol.ts'

const MAX_SECRET = 1024
const MAX_EXPOSED = 64

export class SaslDialogue {
  mechanism = ''
  user = ''
  readonly #exposed = new Set<string>()
  #answers: string[] = []

  begin(mechanism: string): void {
    this.mechanism = mechanism.toUpperCase()
    this.user = ''
    this.#answers = []
  }

  /** What the client says, as on the wire. */
  answer(text: string, sink: Sink): void {
    if (text === '*' || text === '=') return
    const decoded = fromBase64(text.slice(0, MAX_SECRET))
    const answers = this.#answers
    if (answers.length < 4) answers.push(decoded)
    if (this.mechanism === 'PLAIN') {
      const [, user = '', secret = ''] = decoded.split('\0')
      this.exposes(user, secret, sink)
    } else if (this.mechanism === 'LOGIN') {
      if (answers.length === 1) this.user = readable(decoded)
      else if (answers.length === 2) this.exposes(answers[0]!, decoded, sink)
    } else if (this.mechanism === 'CRAM-MD5') this.user = readable(decoded.slice(0, Math.max(0, decoded.lastIndexOf(' '))))
    else if (this.mechanism === 'XOAUTH2' || this.mechanism === 'OAUTHBEARER') {
      this.user = readable(/(?:^|,)(?:user|a)=([\w.@+-]*)/.exec(decoded)?.[1] ?? '')
    } else this.#ntlm(decoded, 'client', sink)
  }

  /** What the server says in between. */
  challenge(text: string, sink: Sink): void {
    this.#ntlm(fromBase64(text.slice(0, 4 * MAX_SECRET)), 'server', sink)
  }

  /** A password in clear: told once a conversation. */
  exposes(user: string, secret: string, sink: Sink): void {
    this.user = readable(user)
    const mask = maskSecret(readable(secret))
    const key = `${user}\u0001${mask}`
    if (this.#exposed.has(key) || this.#exposed.size >= MAX_EXPOSED) return
    this.#exposed.add(key)
    sink.say({ kind: 'credential.exposed', user: this.user, mask, weakness: 'clear' })
  }

  /** The login's outcome. */
  ends(protocol: string, ok: boolean, sink: Sink): void {
    sink.say({ kind: 'login.tried', user: this.user, domain: '', method: `${protocol} ${this.mechanism}`.trim(), ok })
    sink.hint('client', 'user', this.user, 0.6)
  }

  #ntlm(decoded: string, from: 'client' | 'server', sink: Sink): void {
    if (!decoded.startsWith('NTLMSSP\0')) return
    const ntlm = findNtlm(textBytes(decoded))
    if (ntlm === undefined) return
    hintNtlm(ntlm, from, sink)
    if (ntlm.kind === 'authenticate') this.user = ntlm.user
  }
}
