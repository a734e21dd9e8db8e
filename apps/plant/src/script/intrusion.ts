/** What each row of the intrusion table does on the wire, outside the control segment; the rest is sabotage.ts. */
import { HOSTS, type Host, nobody } from '../hosts.table.ts'
import type { Plant } from '../plant.ts'
import { desktopSession } from '../services/desktop.ts'
import { lookup } from '../services/dns.ts'
import { DOMAIN, shareSession } from '../services/files.ts'
import { arp } from '../services/neighbours.ts'
import type { Credentials } from '../services/ntlm.ts'
import { shellSession } from '../services/shell.ts'
import { BROWSER, fetchPage } from '../services/web.ts'
import { INTRUSION, type StepId } from './intrusion.table.ts'
import { SABOTAGE, type SabotageId } from './sabotage.ts'
import type { Event, Schedule } from './schedule.ts'

const { wsFinance, jump1, file1, hist1, ews1, lure, command, dc1, mail1, web1 } = HOSTS
const SECOND = 1_000_000
const MINUTE = 60 * SECOND
/** The workstation is unplugged this long after the first step. */
const UNPLUGGED = 41 * 60
const STOLEN: Credentials = { user: 's.okafor', domain: DOMAIN, workstation: wsFinance.name }
/** [MS-SCMR] §1.9: the service control manager's interface. */
const SERVICE_MANAGER = '367abb81-9844-35f1-ad32-98f038001003'
const SCANNED_PORTS = [22, 80, 135, 139, 443, 445, 3389, 5985]

/** Which scanned ports somebody listens on. */
const OPEN: ReadonlyMap<string, readonly number[]> = new Map([
  [dc1.ip, [135, 139, 445]],
  [file1.ip, [135, 139, 445]],
  [mail1.ip, [22, 443]],
  [web1.ip, [22, 80]],
  [jump1.ip, [445, 3389]],
])

/** Puts the intrusion into the schedule, its first step `start` seconds after the plant's start. */
export function scheduleIntrusion(schedule: Schedule, start: number): void {
  for (const { id, at } of INTRUSION) schedule.at(start + at + 0.35, isSabotage(id) ? SABOTAGE[id] : STEPS[id])
  const from = start + (INTRUSION.find((s) => s.id === 'beacon-web')?.at ?? 0)
  let n = 0
  // A fixed period with a little jitter: what a beacon is known by.
  for (let s = from + 50; s < start + UNPLUGGED; s += 50) {
    const jitter = ((n * 7919) % 100) / 40
    schedule.at(s + jitter, STEPS['beacon-web'])
    if (++n % 3 === 0) schedule.at(s + 17.3, STEPS['beacon-dns'])
  }
}

function isSabotage(id: StepId): id is SabotageId {
  return id in SABOTAGE
}

const STEPS: Readonly<Record<Exclude<StepId, SabotageId>, Event>> = {
  lure: async (plant, at) => {
    const page = Buffer.from('<!doctype html><title>Supplier portal</title><a href="/d/Invoice_4471.exe">Invoice 4471</a>')
    const next = await fetchPage(plant, at, wsFinance, lure, {
      path: '/i/4471?m=j.whitfield',
      agent: BROWSER,
      answer: page,
      type: 'text/html',
    })
    await fetchPage(plant, next + 6 * SECOND, wsFinance, lure, {
      path: '/d/Invoice_4471.exe',
      agent: BROWSER,
      answer: executable(plant, 'invoice', 148_480),
      type: 'application/x-msdownload',
      headers: { 'Content-Disposition': 'attachment; filename="Invoice_4471.exe"' },
      asks: false,
    })
  },

  'beacon-web': (plant, at) => {
    const random = plant.random.fork(`beacon ${at}`)
    const report = Buffer.from(`id=${plant.random.fork('implant').hex(16)}&d=${Buffer.from(random.bytes(48)).toString('base64url')}`)
    return fetchPage(plant, at, wsFinance, command, {
      method: 'POST',
      path: '/collect/v2',
      agent: 'Mozilla/4.0 (compatible; Win32; WinHttp.WinHttpRequest.5)',
      body: report,
      sends: 'application/x-www-form-urlencoded',
      answer: Buffer.from(random.bytes(16)),
      type: 'application/octet-stream',
    })
  },

  'beacon-dns': (plant, at) => {
    const random = plant.random.fork(`tunnel ${at}`)
    for (let i = 0; i < 4; i++) {
      const name = `${random.hex(56)}.${random.hex(40)}.t.cdn-metrics.example`
      lookup(plant, at + i * 1.3 * SECOND, wsFinance, { name, type: 'TXT', answer: random.hex(64), outside: true })
    }
  },

  sweep: (plant, at) => {
    const office = Object.values(HOSTS).filter((h) => h.vlan === wsFinance.vlan)
    for (let i = 1; i < 255; i++) {
      const ip = `10.30.40.${i}`
      if (ip === wsFinance.ip || i === 1) continue
      arp(plant.wire, at + i * 42_000, wsFinance, office.find((h) => h.ip === ip) ?? { ip, mac: '00:00:00:00:00:00' })
    }
  },

  scan: (plant, at) => {
    const targets: Host[] = [dc1, file1, mail1, web1, jump1]
    for (let i = 1; i <= 16; i++) if (i !== 10) targets.push(nobody(`10.20.35.${i}`, jump1))
    let now = at
    for (const target of targets) {
      for (const port of SCANNED_PORTS) {
        probe(plant, now, wsFinance, target, port, OPEN.get(target.ip)?.includes(port), target.name === '')
        now += 61_000
      }
    }
  },

  guess: (plant, at) => {
    for (let i = 0; i < 4; i++) shareSession(plant, at + i * 7 * SECOND, wsFinance, file1, (talk) => talk.signIn(STOLEN, false))
  },

  'stolen-login': (plant, at) => {
    const notes = Buffer.from(plant.random.fork('notes').bytes(38_400))
    shareSession(plant, at, wsFinance, file1, (talk) =>
      talk
        .signIn(STOLEN)
        .tree('IPC$')
        .tree('Shared')
        .readFile('Engineering\\plant access.docx', notes)
        .readFile('Engineering\\controllers.xlsx', notes.subarray(0, 21_000))
        .signOut(),
    )
  },

  'tool-on-jump-host': (plant, at) => {
    shareSession(plant, at, wsFinance, jump1, (talk) =>
      talk
        .signIn(STOLEN)
        .tree('ADMIN$')
        .writeFile('Temp\\msupd32.exe', executable(plant, 'tool', 96_256))
        .tree('IPC$')
        .bindPipe('svcctl', SERVICE_MANAGER, 2)
        .signOut(),
    )
  },

  'desktop-on-jump-host': (plant, at) => desktopSession(plant, at, wsFinance, jump1, 'jump-desktop', 's.okafor', 26 * 60),

  'shell-on-historian': (plant, at) => shellSession(plant, at, jump1, hist1, 'historian-shell'),

  'desktop-on-engineering': (plant, at) => desktopSession(plant, at + MINUTE / 60, jump1, ews1, 'engineering-desktop', 's.okafor', 19 * 60),
}

/** One port of one address: answered, refused, or silence. */
export function probe(plant: Plant, at: number, from: Host, to: Host, port: number, open: boolean | undefined, dead: boolean): void {
  const flow = plant.flow(from, to, port)
  if (dead) flow.knock(at)
  else if (open) flow.abort(flow.open(at) + 900)
  else flow.refuse(at)
}

/** No program: the marks a file type is known by, then noise. */
function executable(plant: Plant, label: string, length: number): Buffer {
  const file = Buffer.from(plant.random.fork(label).bytes(length))
  file.write('MZ', 0, 'latin1')
  file.writeUInt32LE(0x80, 0x3c)
  file.write('This program cannot be run in DOS mode.\r\r\n$', 0x4e, 'latin1')
  file.write('PE\0\0', 0x80, 'latin1')
  return file
}
