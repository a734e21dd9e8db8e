/**
 * The scored sub-steps of the 2021 ATT&CK Evaluation for ICS (TRITON), in their published order, as this re-enactment plays them:
 * the 49 a network shows, and 24.B.4. Sub-steps on hosts leave nothing on a wire and are not played. Each remote session is a
 * connection of its own; from step 7 on the intruder comes in through port 445 of the control station.
 */
import type { Host } from '../hosts.table.ts'
import { BROADCAST_MAC, putUdp } from '../network/ipv4.ts'
import { askOnce, ENIP, type Exchange, real } from './cip.ts'
import { TRITON_HOSTS as H } from './hosts.table.ts'
import * as logix from './logix.ts'
import { CONTROL_NAMES, CONTROL_ROUTINES, DAMPER, SAFETY_NAMES, SAFETY_ROUTINES, type TritonPlant } from './plant.ts'
import { DESKTOP, desktop, FILES, type Inside, SHELL, ssh, TUNNEL } from './remote.ts'

export type SubStep = {
  /** As published: step, part, number. */
  readonly id: string
  /** Minutes from the intrusion's start. */
  readonly at: number
  /** Returns when it is over. */
  play(plant: TritonPlant, at: number): number
}

type Play = SubStep['play']

const SMB = 445
/** Registered as rockwell-csp3; the intruder's shell listens there. */
const CSP3 = 2223
const PROGRAM = 'P04_Trips_FO_R00_Trips'
/** Instances of the data behind f3ZC2071_HMI_Enb, 3XY2070 and 3HS2070. */
const [ENABLE, IGNITOR, FLAME] = [71, 70, 72]

const shell =
  (client: Host, server: Host, port: number, inside: Inside): Play =>
  (plant, at) =>
    ssh(plant, at, client, server, port, inside)
const screen =
  (client: Host, server: Host): Play =>
  (plant, at) =>
    desktop(plant, at, client, server, 'Engineer', 60)
const control =
  (exchanges: (plant: TritonPlant) => readonly Exchange[]): Play =>
  (plant, at) =>
    askOnce(plant, at, H.controlStation, H.controlPlc, exchanges(plant))
const safety =
  (exchanges: (plant: TritonPlant) => readonly Exchange[]): Play =>
  (plant, at) =>
    askOnce(plant, at, H.safetyStation, H.safetyPlc, exchanges(plant))

const readProgram =
  (routines: readonly string[], seed: string) =>
  (plant: TritonPlant): Exchange[] =>
    logix.upload(routines, plant.random.fork(seed))

/** Every address of the subnet, one connection attempt each; only controllers listen. */
const sweep: Play = (plant, at) => {
  const known = new Map<string, Host>(Object.values(H).map((host) => [host.ip, host]))
  let now = at
  for (let i = 1; i <= 254; i++) {
    const ip = `10.0.100.${i}`
    if (ip === H.controlStation.ip) continue
    const host = known.get(ip)
    const flow = plant.flow(H.controlStation, host ?? { ...H.adversary, name: '', ip, mac: BROADCAST_MAC }, ENIP)
    now += plant.random.fork(`sweep ${i}`).whole(20_000, 90_000)
    if (host === undefined) flow.knock(now, 0)
    else if (host.kind === 'plc') flow.close(flow.open(now) + 500)
    else flow.refuse(now)
  }
  return now
}

const broadcast =
  (client: Host): Play =>
  (plant, at) => {
    const port = plant.port(client)
    putUdp(plant.wire, at, client, port, { ...client, ip: '10.0.100.255', mac: BROADCAST_MAC }, ENIP, logix.listIdentity())
    putUdp(plant.wire, at + 4000, H.controlPlc, ENIP, client, port, logix.identityReply(plant.control))
    putUdp(plant.wire, at + 5500, H.safetyPlc, ENIP, client, port, logix.identityReply(plant.safety))
    return at + 6000
  }

const onlineEdit = (plant: TritonPlant): Exchange[] => [
  logix.status(plant.safety),
  ...logix.load(`Program:${PROGRAM}`, plant.random.fork('function block')),
]
const newLogic = (plant: TritonPlant): Exchange[] => [
  logix.status(plant.safety),
  ...logix.createTag('CC'),
  ...logix.load(`Routine:${PROGRAM}`, plant.random.fork('CC logic')),
]

/** The damper, then the pulse that takes it out of cascade. */
const damper =
  (position: number) =>
  (plant: TritonPlant): Exchange[] => {
    plant.damper = position
    return [logix.writeReal(DAMPER, position), logix.privilegedWrite(ENABLE, Buffer.of(1)), logix.privilegedWrite(ENABLE, Buffer.of(0))]
  }

function halt(plant: TritonPlant): Exchange[] {
  const before = logix.status(plant.safety)
  plant.safety.running = false
  return [before, logix.stop(), logix.status(plant.safety)]
}

/** A whole download stands still first; the controller runs again behind it. */
function download(plant: TritonPlant): Exchange[] {
  const before = logix.status(plant.safety)
  plant.safety.running = true
  return [before, ...logix.load(`Program:${PROGRAM}`, plant.random.fork('download')), logix.start()]
}

const trips: Play = (plant, at) =>
  askOnce(plant, at, H.safetyPanel, H.safetyPlc, [logix.writeBool('HMI_Trip_Main', true), logix.writeBool('HMI_Trip_Pilot', true)])

const { adversary, controlStation, safetyStation } = H
const intoControl = (inside: Inside): Play => shell(adversary, controlStation, SMB, inside)
const intoSafety = (inside: Inside): Play => shell(controlStation, safetyStation, CSP3, inside)
const readControl = readProgram(CONTROL_ROUTINES, 'control program')
const readSafety = readProgram(SAFETY_ROUTINES, 'safety program')

const ORDER: readonly (readonly [id: string, minutesAfterPrevious: number, play: Play])[] = [
  ['1.A.1', 0, screen(adversary, controlStation)],
  ['2.B.1', 6, control(readControl)],
  ['4.B.2', 15, shell(controlStation, adversary, SMB, TUNNEL)],
  ['6.E.2', 15, shell(controlStation, adversary, SMB, TUNNEL)],
  ['7.A.1', 11, intoControl(FILES)],
  ['7.B.1', 3, intoControl(SHELL)],
  ['9.A.2', 7, sweep],
  ['9.B.2', 3, broadcast(controlStation)],
  ['9.C.2', 2, control(() => [logix.deviceType()])],
  ['9.D.2', 2, control((plant) => [logix.status(plant.control)])],
  ['9.E.2', 2, control(() => logix.listTags(CONTROL_NAMES))],
  ['10.A.1', 12, intoControl(DESKTOP)],
  ['10.B.1', 3, screen(controlStation, safetyStation)],
  ['12.A.1', 12, intoControl(SHELL)],
  ['12.A.2', 3, intoControl(SHELL)],
  ['13.A.1', 5, safety(readSafety)],
  ['15.A.1', 12, intoSafety(SHELL)],
  ['16.A.2', 7, broadcast(safetyStation)],
  ['16.B.2', 2, safety(() => [logix.deviceType()])],
  ['16.C.2', 2, safety((plant) => [logix.status(plant.safety)])],
  ['16.D.2', 2, safety(() => logix.listTags(SAFETY_NAMES))],
  ['17.A.2', 12, intoControl(FILES)],
  ['18.A.1', 5, intoSafety(FILES)],
  ['19.A.1', 4, intoSafety(SHELL)],
  ['20.A.2', 7, safety((plant) => [logix.status(plant.safety)])],
  ['20.B.2', 3, safety(readSafety)],
  ['20.B.3', 3, safety(onlineEdit)],
  ['20.B.4', 3, safety(newLogic)],
  ['20.C.2', 3, safety(() => [logix.readBool('CC', false)])],
  ['20.C.3', 3, safety(() => [logix.writeBool('CC', false)])],
  ['20.D.2', 3, control((plant) => [logix.status(plant.control)])],
  ['21.E.2', 4, control((plant) => logix.handshake(plant.random.fork('abuse 21')))],
  ['21.F.2', 2, control(damper(0))],
  ['22.A.2', 6, safety(halt)],
  ['22.B.2', 3, safety(download)],
  ['23.A.1', 15, intoControl(SHELL)],
  ['23.B.1', 3, intoSafety(SHELL)],
  ['24.A.2', 7, safety((plant) => [logix.status(plant.safety)])],
  ['24.B.2', 3, safety(readSafety)],
  ['24.B.3', 3, safety(onlineEdit)],
  ['24.B.4', 3, safety(newLogic)],
  ['24.C.2', 3, safety(() => [logix.readBool('CC', false)])],
  ['24.C.3', 3, safety(() => [logix.writeBool('CC', true)])],
  ['25.D.1', 11, intoControl(SHELL)],
  ['25.E.2', 7, control((plant) => logix.handshake(plant.random.fork('abuse 25')))],
  ['25.E.3', 2, control(damper(0))],
  ['25.F.1', 3, trips],
  ['25.G.2', 11, control(() => [logix.privilegedWrite(IGNITOR, Buffer.of(1)), logix.privilegedWrite(FLAME, real(1))])],
  ['25.G.3', 3, control(damper(100))],
  ['25.G.4', 3, control(() => [logix.enableForces()])],
]

export const SUB_STEPS: readonly SubStep[] = (() => {
  let at = 0
  return ORDER.map(([id, after, play]) => ({ id, at: (at += after), play }))
})()
