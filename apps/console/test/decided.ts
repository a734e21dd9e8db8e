/** One of everything that people decide, as they would bring it: pages that stay empty without it have something to show. */
import { generateKeyPairSync } from 'node:crypto'
import { signPack } from '@isthmus/content/pack'
import type { Client } from '../../server/src/testing/server.ts'
import { TEMPLATE } from '../src/features/own-rules/own-rules.view.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const DAY_MS = 86_400_000
const SCALE = `title: A conversation with the scale
name: scale-spoken-to
level: high
tags: [attack.t0855]
logsource: { product: isthmus, category: session_updated }
detection:
  scale: { server.ip: 192.0.2.20, protocol: modbus }
  condition: scale
`

export type Decided = {
  /** A hunt of the site `works`. */
  readonly hunt: string
  /** A rule of that site that is off, with an error in a line. */
  readonly ownRule: string
  readonly keyFile: UploadedFile
  /** Signed with a key that nobody trusts. */
  readonly strangePack: UploadedFile
}
type UploadedFile = { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }

export async function decide(admin: Client): Promise<Decided> {
  const [maker, stranger] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')]
  const pem = (pair: typeof maker): string => pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const pack = (version: number, { privateKey }: typeof maker): Buffer => {
    const files = [
      { path: 'rules/scale.yaml', kind: 'rule', text: SCALE },
      { path: 'rules/wrong.yaml', kind: 'rule', text: SCALE.replaceAll('scale', 'weight').replace('protocol:', 'protokol:') },
    ] as const
    return Buffer.from(signPack({ pack: 'water', version, issued: '2026-03-02T08:00:00Z', about: 'For water works.', files }, privateKey))
  }
  const made = async (answer: ReturnType<Client['post']>): Promise<string> => {
    const { status, body } = await answer
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`)
    return body.id
  }
  const from = Math.floor(Date.now() / 1000) * 1000 + 60 * DAY_MS
  const times = { from: new Date(from).toISOString(), until: new Date(from + DAY_MS).toISOString() }
  await made(admin.post('/pack-keys', { name: 'Headquarters', pem: pem(maker) }))
  for (const version of [1, 2]) await made(admin.post('/packs', pack(version, maker), BYTES))
  await made(admin.post('/known-threats?kind=indicators&name=known.csv', Buffer.from('type,value\nip,192.0.2.7\nip,192.0.0.0/2\n'), BYTES))
  await made(
    admin.put('/authorised-changes/WO-1', {
      site: 'works',
      kind: 'work-order',
      reference: 'WO-1',
      title: 'Replace the dosing program',
      assets: ['10.20.10.12'],
      hosts: ['10.20.20.30'],
      users: [],
      activities: ['program-download'],
      ...times,
      expectedHashes: [],
    }),
  )
  await made(admin.post('/suppressions', { site: 'works', scope: { rule: 'port-scan' }, reason: 'The acceptance test', ...times }))
  const ownRule = await made(
    admin.post('/own-rules', { site: 'works', text: TEMPLATE.replace('server.ip:', 'server.ip|nowhere:'), isOn: false }),
  )
  const hunt = await made(admin.post('/hunts', { site: 'works', rules: 'none', indicators: 'type,value\nip,10.20.20.30\n' }))
  const file = (name: string, buffer: Buffer): UploadedFile => ({ name, mimeType: 'application/octet-stream', buffer })
  return { hunt, ownRule, keyFile: file('stranger.pub', Buffer.from(pem(stranger))), strangePack: file('strange.json', pack(1, stranger)) }
}
