/**
 * Records the handshakes of encrypted sessions once: `node apps/plant/tools/record.ts`. TLS and SSH draw their randomness
 * inside OpenSSL, where no seed reaches; so Node's TLS stack and `ssh2` talk here through a tap, and what they said is
 * checked in as src/recordings/sessions.json. The plant replays it with fresh random fields from its own seed.
 * Certificates are made for the occasion with the `openssl` command; no private key is kept.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as tls from 'node:tls'
import type { ParsedKey, Client as SshClient, Server as SshServer } from 'ssh2'
import { LOOPBACK, listen, Tap } from '../src/network/tap.ts'
import type { Turn } from '../src/network/tcp.ts'

const work = mkdtempSync(join(tmpdir(), 'isthmus-record-'))
const ssh = createRequire(import.meta.url)('ssh2') as {
  Server: typeof SshServer
  Client: typeof SshClient
  utils: { generateKeyPairSync(type: string): { private: string }; parseKey(key: string): ParsedKey }
}

type TlsSession = {
  name: string
  subject: string
  issuer?: string
  days: number
  version: 'TLSv1.2' | 'TLSv1.3'
  serverName: string | undefined
}

const TLS_SESSIONS: readonly TlsSession[] = [
  { name: 'news', subject: '/CN=www.valley-news.example', days: 3650, version: 'TLSv1.3', serverName: 'www.valley-news.example' },
  { name: 'suite', subject: '/CN=suite.cloud-office.example', days: 3650, version: 'TLSv1.3', serverName: 'suite.cloud-office.example' },
  {
    name: 'historian',
    subject: '/O=Northmere Water/OU=Plant/CN=hist01.ot.northmere.example',
    days: 3650,
    version: 'TLSv1.2',
    serverName: 'hist01.ot.northmere.example',
  },
  {
    name: 'webmail',
    subject: '/O=Northmere Water/CN=mail01.northmere.example',
    days: 3650,
    version: 'TLSv1.2',
    serverName: 'mail01.northmere.example',
  },
  { name: 'jump-desktop', subject: '/CN=JUMP01.northmere.example', days: 3650, version: 'TLSv1.2', serverName: undefined },
  { name: 'engineering-desktop', subject: '/CN=EWS01.ot.northmere.example', days: 3650, version: 'TLSv1.2', serverName: undefined },
]

const SSH_SESSIONS = [
  {
    name: 'intranet-shell',
    client: 'OpenSSH_for_Windows_9.5',
    server: 'OpenSSH_9.2p1 Debian-2+deb12u3',
    command: 'systemctl status nginx',
  },
  {
    name: 'historian-shell',
    client: 'libssh2_1.11.0',
    server: 'OpenSSH_8.4p1 Debian-5+deb11u3',
    command: 'psql -c "select tag, last from tags"',
  },
]

async function recordTls(session: TlsSession): Promise<Turn[]> {
  const [key, cert] = ['key.pem', 'cert.pem'].map((f) => join(work, f)) as [string, string]
  const names = `subjectAltName=DNS:${session.subject.split('/CN=')[1]}`
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-subj',
      session.subject,
      '-days',
      String(session.days),
      '-addext',
      names,
    ],
    { stdio: 'ignore' },
  )
  const server = tls.createServer(
    {
      key: readFileSync(key),
      cert: readFileSync(cert),
      minVersion: session.version,
      maxVersion: session.version,
      ecdhCurve: 'X25519',
      ALPNProtocols: ['h2', 'http/1.1'],
    },
    (socket) => {
      socket.on('error', () => {})
    },
  )
  const tap = await Tap.open(await listen(server))
  const client = tls.connect({
    port: tap.port,
    host: LOOPBACK,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    maxVersion: session.version,
    ecdhCurve: 'X25519',
    ...(session.serverName ? { servername: session.serverName, ALPNProtocols: ['h2', 'http/1.1'] } : { servername: '' }),
  })
  await new Promise((done, failed) => client.once('secureConnect', done).once('error', failed))
  // TLS 1.3 sends two tickets after the handshake; with 1.2 nothing more comes.
  await sleep(200)
  const turns = tap.take()
  client.destroy()
  await tap.close()
  server.close()
  return turns
}

async function recordSsh({ client: clientName, server: serverName, command }: (typeof SSH_SESSIONS)[number]): Promise<Turn[]> {
  const server = new ssh.Server({ hostKeys: [ssh.utils.generateKeyPairSync('ed25519').private], ident: serverName }, (connection) => {
    connection.on('authentication', (attempt) => (attempt.method === 'password' ? attempt.accept() : attempt.reject(['password'])))
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec) => {
        const stream = acceptExec()
        stream.write('ok\n'.repeat(400))
        stream.exit(0)
        stream.end()
      })
    })
    connection.on('error', () => {})
  })
  const port = await new Promise<number>((ready) => server.listen(0, LOOPBACK, () => ready((server.address() as { port: number }).port)))
  const tap = await Tap.open(port)
  const client = new ssh.Client()
  await new Promise<void>((done, failed) => {
    client.on('error', failed)
    client.on('ready', () =>
      client.exec(command, (error, stream) => (error ? failed(error) : stream.on('data', () => {}).on('close', () => done()))),
    )
    client.connect({
      port: tap.port,
      host: LOOPBACK,
      username: 'svc-report',
      password: 'none of this is kept',
      ident: clientName,
      algorithms: {
        cipher: ['aes128-ctr'],
        hmac: ['hmac-sha2-256-etm@openssh.com'],
        kex: ['curve25519-sha256'],
        serverHostKey: ['ssh-ed25519'],
      },
    })
  })
  const turns = tap.take()
  client.destroy()
  await tap.close()
  server.close()
  return turns
}

const sessions: Record<string, [string, string][]> = {}
const keep = (name: string, turns: readonly Turn[]): void => {
  sessions[name] = turns.map(({ by, bytes }) => [by, Buffer.from(bytes).toString('base64')])
}
for (const session of TLS_SESSIONS) keep(session.name, await recordTls(session))
for (const session of SSH_SESSIONS) keep(session.name, await recordSsh(session))
rmSync(work, { recursive: true })
const out = new URL('../src/recordings/sessions.json', import.meta.url)
writeFileSync(out, `${JSON.stringify(sessions, null, 1)}\n`)
for (const [name, turns] of Object.entries(sessions))
  console.log(name, turns.map(([by, b]) => `${by}${Buffer.from(b, 'base64').length}`).join(' '))
