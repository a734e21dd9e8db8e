/**
 * An ordinary day around the plant: machines that greet and ask the time, people who read mail and news, save files, sign in
 * to the plant for good reasons. Every hour is scheduled when it begins, so a live plant never runs out of days.
 */
import { HOSTS, type Host } from '../hosts.table.ts'
import { putEcho } from '../network/ipv4.ts'
import type { Plant } from '../plant.ts'
import type { Random } from '../random.ts'
import { desktopSession } from '../services/desktop.ts'
import { lease } from '../services/dhcp.ts'
import { lookup, lookupHost } from '../services/dns.ts'
import { DOMAIN, shareSession } from '../services/files.ts'
import { announce, arp, lldp, routerOf } from '../services/neighbours.ts'
import { askTime } from '../services/ntp.ts'
import { shellSession } from '../services/shell.ts'
import { browse } from '../services/tls.ts'
import { BROWSER, fetchPage } from '../services/web.ts'
import { goOnline, withCip, withS7 } from './engineering.ts'
import type { Schedule } from './schedule.ts'

export const HOUR = 3600

/** Who sits where. */
export const PEOPLE: readonly { readonly host: Host; readonly user: string; readonly share: string }[] = [
  { host: HOSTS.wsManager, user: 'h.lindqvist', share: 'Management' },
  { host: HOSTS.wsLab, user: 'a.moreau', share: 'Laboratory' },
  { host: HOSTS.wsFinance, user: 'j.whitfield', share: 'Accounts' },
  { host: HOSTS.wsEngineer, user: 's.okafor', share: 'Engineering' },
]

const INSIDE: readonly Host[] = Object.values(HOSTS).filter((h) => !h.external)

/** What happens once, at the start: workstations come up one after another. */
export function scheduleMorning(schedule: Schedule, random: Random): void {
  for (const [i, { host }] of PEOPLE.entries()) schedule.at(20 + i * 95 + random.between(0, 60), (plant, at) => lease(plant, at, host))
  for (const [i, host] of INSIDE.entries()) schedule.at(0.2 + i * 0.35, (plant, at) => announce(plant.wire, at, host))
  scheduleEngineer(schedule)
  scheduleSetPoints(schedule)
}

/** One hour of background, from `start` seconds. Whatever repeats each hour repeats at other minutes. */
export function scheduleHour(schedule: Schedule, random: Random, start: number): void {
  for (let s = 4; s < HOUR; s += 30) schedule.at(start + s, greet)
  for (const host of INSIDE)
    for (let s = random.between(5, 600); s < HOUR; s += random.between(480, 760))
      schedule.at(start + s, (plant, at) => refresh(plant, at, host))
  for (const host of [HOSTS.plc1, HOSTS.plc2, HOSTS.plc3, HOSTS.gw1, HOSTS.hist1]) {
    let sequence = 0
    for (let s = random.between(10, 50); s < HOUR; s += 60)
      schedule.at(start + s, (plant, at) => ping(plant, at, HOSTS.scada1, host, ++sequence))
  }
  for (const host of [HOSTS.scada1, HOSTS.hmi1, HOSTS.ews1, HOSTS.hist1])
    for (let s = random.between(30, 900); s < HOUR; s += 1024)
      schedule.at(start + s, (plant, at) => askTime(plant, at, host, HOSTS.otdc1, 3))
  for (let s = random.between(30, 900); s < HOUR; s += 1024)
    schedule.at(start + s, (plant, at) => askTime(plant, at, HOSTS.dc1, HOSTS.clock, 1))
  for (let s = 15.7; s < HOUR; s += 30) schedule.at(start + s, collect)
  for (let s = random.between(100, 700); s < HOUR; s += random.between(700, 1000))
    schedule.at(start + s, (plant, at) => lookupHost(plant, at, HOSTS.hmi1, HOSTS.scada1))
  for (const person of PEOPLE) scheduleDesk(schedule, random.fork(person.user), start, person)
}

function scheduleDesk(schedule: Schedule, random: Random, start: number, { host, user, share }: (typeof PEOPLE)[number]): void {
  const often = (low: number, high: number, run: (plant: Plant, at: number) => unknown): void => {
    for (let s = random.between(150, low + 200); s < HOUR; s += random.between(low, high)) schedule.at(start + s, run)
  }
  often(400, 900, (plant, at) => browse(plant, at, host, HOSTS.mail1, 'webmail', 1 + (random.u32() % 3)))
  often(700, 1500, (plant, at) => browse(plant, at, host, HOSTS.suite, 'suite', 1 + (random.u32() % 2)))
  often(900, 2200, (plant, at) => browse(plant, at, host, HOSTS.news, 'news', 1 + (random.u32() % 2)))
  often(1100, 2000, (plant, at) => intranet(plant, at, host, random.pick(['/', '/news', '/phonebook', '/forms/absence'])))
  often(1300, 2600, (plant, at) => update(plant, at, host, random.whole(300, 6000)))
  often(240, 700, (plant, at) => lookup(plant, at, host, { name: `_ldap._tcp.dc._msdcs.northmere.example`, answer: HOSTS.dc1.ip }))
  often(1500, 2700, (plant, at) => {
    const content = random.bytes(random.whole(4_000, 60_000))
    const name = `${share}\\${random.pick(['minutes', 'budget', 'sampling plan', 'rota', 'stock list'])}.${random.pick(['docx', 'xlsx', 'pdf'])}`
    shareSession(plant, at, host, HOSTS.file1, (talk) => {
      talk.signIn({ user, domain: DOMAIN, workstation: host.name }).tree('IPC$').tree('Shared')
      return (random.unit() < 0.7 ? talk.readFile(name, content) : talk.writeFile(name, content)).signOut()
    })
  })
  if (host === HOSTS.wsLab) often(800, 1300, (plant, at) => weather(plant, at, host))
  if (host === HOSTS.wsManager || host === HOSTS.wsLab)
    often(900, 1500, (plant, at) => browse(plant, at, host, HOSTS.hist1, 'historian', 1))
}

/** The automation engineer's morning: to the engineering workstation by way of the jump host, then a look at the controllers. */
function scheduleEngineer(schedule: Schedule): void {
  schedule.at(11 * 60, (plant, at) => desktopSession(plant, at, HOSTS.wsEngineer, HOSTS.jump1, 'jump-desktop', 's.okafor', 780))
  schedule.at(12.5 * 60, (plant, at) => desktopSession(plant, at, HOSTS.jump1, HOSTS.ews1, 'engineering-desktop', 's.okafor', 600))
  schedule.at(15 * 60 + 20.35, (plant, at) => withS7(plant, at, 1, goOnline))
  schedule.at(18 * 60 + 4.35, (plant, at) => withCip(plant, at, ['P301_Speed', 'P302_Speed']))
  schedule.at(34 * 60, (plant, at) => shellSession(plant, at, HOSTS.wsEngineer, HOSTS.web1, 'intranet-shell'))
  schedule.at(61 * 60, (plant, at) => shellSession(plant, at, HOSTS.wsEngineer, HOSTS.web1, 'intranet-shell'))
}

/** The operator's two changes of the morning, at the panel, small and inside the habit of the plant. */
function scheduleSetPoints(schedule: Schedule): void {
  const set = (value: number) => (plant: Plant, at: number) => plant.operate('chlorine', value, at)
  schedule.at(22 * 60 + 12.2, set(0.85))
  schedule.at(55 * 60 + 37.4, set(0.8))
  schedule.at(47 * 60 + 21.3, (plant, at) => plant.operate('tower', 4.3, at))
}

function greet(plant: Plant, at: number): void {
  lldp(plant.wire, at, HOSTS.sw1, {
    port: 'Port 1/7',
    system: HOSTS.sw1.name,
    description: 'Hirschmann Railswitch RS20 L2E-09.1.04',
    capabilities: 0x04,
  })
  lldp(plant.wire, at + 310_000, HOSTS.plc2, {
    port: 'port-001',
    system: 'plc-dosing',
    description: 'Siemens, SIMATIC S7, CPU315-2 PN/DP, 6ES7 315-2EH14-0AB0, HW: 4, FW: V3.2.10, S C-V3N412892016',
    capabilities: 0x80,
  })
}

/** A host checks its router, and the router the host. */
function refresh(plant: Plant, at: number, host: Host): void {
  const router = routerOf(host)
  arp(plant.wire, at, host, router)
  arp(plant.wire, at + 220_000, router, host)
}

function ping(plant: Plant, at: number, from: Host, to: Host, sequence: number): void {
  putEcho(plant.wire, at, from, to, 8, 1, sequence)
  putEcho(plant.wire, at + 700 + (sequence % 7) * 130, to, from, 0, 1, sequence)
}

/** The historian fetches the SCADA server's current values. */
function collect(plant: Plant, at: number): Promise<number> {
  const w = plant.works
  const values = {
    rawLevel: w.rawLevel,
    chlorine: w.residual,
    clearLevel: w.clearLevel,
    pressure: w.pressure,
    flow: w.serviceFlow,
    tower: w.towerLevel,
  }
  const body = Object.entries(values).map(([tag, value]) => ({ tag, value: Number(value.toFixed(3)), quality: 'good' }))
  return fetchPage(plant, at, HOSTS.hist1, HOSTS.scada1, {
    path: '/api/values',
    agent: 'historian-collector/3.1',
    answer: Buffer.from(JSON.stringify(body)),
    type: 'application/json',
    server: 'ScadaWeb/7.5',
    port: 8080,
    asks: false,
  })
}

function intranet(plant: Plant, at: number, client: Host, path: string): Promise<number> {
  const answer = Buffer.from(
    `<!doctype html><title>Northmere Water intranet</title><h1>${path}</h1>${'<p>All stations normal.</p>'.repeat(40)}`,
  )
  return fetchPage(plant, at, client, HOSTS.web1, {
    path,
    agent: BROWSER,
    answer,
    type: 'text/html; charset=utf-8',
    server: 'nginx/1.22.1',
  })
}

function update(plant: Plant, at: number, client: Host, size: number): Promise<number> {
  const answer = plant.random.fork(`update ${at}`).bytes(size)
  return fetchPage(plant, at, client, HOSTS.update, {
    path: `/v6/check?build=19045&client=${client.name}`,
    agent: 'Deskware-Update-Agent/10.0',
    answer: Buffer.from(answer),
    type: 'application/octet-stream',
  })
}

function weather(plant: Plant, at: number, client: Host): Promise<number> {
  const answer = Buffer.from(JSON.stringify({ place: 'Northmere', rain: 1.2, temperature: plant.works.temperature }))
  return fetchPage(plant, at, client, HOSTS.weather, {
    path: '/v1/now?place=northmere',
    agent: 'python-requests/2.31.0',
    answer,
    type: 'application/json',
  })
}
