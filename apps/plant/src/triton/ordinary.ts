/**
 * The plant's regular life, thinned in traffic but whole in kind: panels that poll, operators who move set-points and acknowledge
 * trips, an inventory every night, backups every week, engineers at their own stations, an administrator on the historian.
 */
import type { Host } from '../hosts.table.ts'
import { BROADCAST_MAC, putUdp } from '../network/ipv4.ts'
import { askOnce, CipTalk, ENIP, several } from './cip.ts'
import { TRITON_HOSTS as H } from './hosts.table.ts'
import * as logix from './logix.ts'
import {
  CONTROL_NAMES,
  CONTROL_ROUTINES,
  CONTROL_STATES,
  CONTROL_TAGS,
  DAMPER,
  SAFETY_NAMES,
  SAFETY_ROUTINES,
  SAFETY_STATES,
  SAFETY_TAGS,
  type TritonPlant,
} from './plant.ts'
import { desktop, SHELL, ssh } from './remote.ts'

const MINUTE = 60_000_000
const DAY = 24 * 60

export type Activity = {
  readonly name: string
  /** First time and period, in minutes from the start. */
  readonly first: number
  readonly every: number
  play(plant: TritonPlant, at: number): void
}

/** A standing connection: measured values at one rhythm, states at another. */
type Standing = { readonly values: (at: number) => void; readonly states: (at: number) => void }

export function openStanding(plant: TritonPlant, at: number): Standing[] {
  const stand = (client: Host, server: Host, isSafety: boolean): Standing => {
    const { talk } = CipTalk.open(plant, at, client, server)
    const [tags, states] = isSafety ? [SAFETY_TAGS, SAFETY_STATES] : [CONTROL_TAGS, CONTROL_STATES]
    return { values: (now) => talk.ask(now, [plant.poll(tags, now)]), states: (now) => talk.ask(now, [plant.states(states)]) }
  }
  return [stand(H.controlPanel, H.controlPlc, false), stand(H.safetyPanel, H.safetyPlc, true), stand(H.historian, H.controlPlc, false)]
}

/** An engineer goes online at the station: who are you, are you running, the access handshake, a few values. */
function goOnline(plant: TritonPlant, at: number, station: Host, server: Host, safety: boolean): void {
  const [controller, tags] = safety ? [plant.safety, SAFETY_TAGS] : [plant.control, CONTROL_TAGS]
  const random = plant.random.fork(`online ${at}`)
  askOnce(plant, at, station, server, [
    logix.identity(controller),
    logix.status(controller),
    ...logix.handshake(random),
    ...logix.listTags(safety ? SAFETY_NAMES : CONTROL_NAMES),
    ...logix.upload(safety ? SAFETY_ROUTINES : CONTROL_ROUTINES, plant.random.fork(safety ? 'safety program' : 'control program')),
    plant.poll(tags, at),
  ])
}

function inventory(plant: TritonPlant, at: number): void {
  const everybody: Host = { ...H.assets, ip: '10.0.100.255', mac: BROADCAST_MAC }
  const port = plant.port(H.assets)
  putUdp(plant.wire, at, H.assets, port, everybody, ENIP, logix.listIdentity())
  putUdp(plant.wire, at + 4000, H.controlPlc, ENIP, H.assets, port, logix.identityReply(plant.control))
  putUdp(plant.wire, at + 5500, H.safetyPlc, ENIP, H.assets, port, logix.identityReply(plant.safety))
  askOnce(plant, at + MINUTE, H.assets, H.controlPlc, [logix.identity(plant.control), logix.deviceType(), logix.status(plant.control)])
  askOnce(plant, at + 2 * MINUTE, H.assets, H.safetyPlc, [logix.identity(plant.safety), logix.deviceType(), logix.status(plant.safety)])
}

function backup(plant: TritonPlant, at: number): void {
  const control = plant.random.fork('control program')
  const safety = plant.random.fork('safety program')
  askOnce(plant, at, H.assets, H.controlPlc, [...logix.listTags(CONTROL_NAMES), ...logix.upload(CONTROL_ROUTINES, control)])
  askOnce(plant, at + 5 * MINUTE, H.assets, H.safetyPlc, [...logix.listTags(SAFETY_NAMES), ...logix.upload(SAFETY_ROUTINES, safety)])
}

/** The damper's position, within what operators do: 38 to 52 percent. */
function setDamper(plant: TritonPlant, at: number): void {
  const position = Math.round(plant.random.fork(`damper ${at}`).between(38, 52))
  plant.damper = position
  askOnce(plant, at, H.controlPanel, H.controlPlc, [logix.writeReal(DAMPER, position)])
}

function acknowledge(plant: TritonPlant, at: number): void {
  askOnce(plant, at, H.safetyPanel, H.safetyPlc, [several([logix.writeBool('HMI_Reset', true)]), logix.writeBool('HMI_Reset', false)])
}

export const ACTIVITIES: readonly Activity[] = [
  { name: 'inventory', first: 2 * 60, every: DAY, play: inventory },
  { name: 'backup', first: 3 * 60, every: 7 * DAY, play: backup },
  { name: 'damper', first: 6 * 60 + 20, every: 7 * 60, play: setDamper },
  { name: 'acknowledge', first: 8 * 60, every: DAY, play: acknowledge },
  {
    name: 'control engineer',
    first: 9 * 60,
    every: 2 * DAY,
    play: (plant, at) => goOnline(plant, at, H.controlStation, H.controlPlc, false),
  },
  {
    name: 'safety engineer',
    first: 10 * 60,
    every: 3 * DAY,
    play: (plant, at) => goOnline(plant, at, H.safetyStation, H.safetyPlc, true),
  },
  {
    name: 'administrator',
    first: 13 * 60,
    every: 2 * DAY,
    play: (plant, at) => void ssh(plant, at, H.administrator, H.historian, 22, SHELL),
  },
  {
    name: 'updates',
    first: 14 * 60,
    every: 3 * DAY,
    play: (plant, at) => void desktop(plant, at, H.administrator, H.assets, 'admin', 90),
  },
]
