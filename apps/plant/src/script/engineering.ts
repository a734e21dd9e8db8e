/** The engineering workstation's tools at work on a controller: a connection, what is done over it, its close. */
import { connect } from 'node:net'
import { S7Tool } from '../controllers/s7-tool.ts'
import { HOSTS, type Host } from '../hosts.table.ts'
import { LOOPBACK } from '../network/tap.ts'
import { SCAN } from '../network/tcp.ts'
import type { Plant } from '../plant.ts'
import { CipClient } from '../stacks/cip-client.ts'
import { Link } from '../stacks/link.ts'
import { closeModbus, modbusClient } from './polls.ts'

const { ews1, plc2, plc3 } = HOSTS
export const MODBUS = 502
export const S7 = 102
export const CIP = 44818

/** Between two exchanges of one connection: frames what was said, then lets the script's clock run on. */
type Pause = (micros: number) => void

export async function withS7(
  plant: Plant,
  at: number,
  connection: 1 | 2 | 3,
  talk: (tool: S7Tool, pause: Pause) => Promise<unknown>,
): Promise<void> {
  const link = await Link.open(plant.serverPort('dosing'), plant.flow(ews1, plc2, S7, SCAN))
  const tool = await S7Tool.connect(link.port, connection)
  const clock = clockOf(link, link.opened(at))
  await talk(tool, clock.pause)
  await tool.close()
  await link.closed(clock.now() + 300_000)
}

type ModbusTalk = Awaited<ReturnType<typeof modbusClient>>

export async function withModbus(
  plant: Plant,
  at: number,
  server: Host,
  name: 'intake' | 'field',
  talk: (client: ModbusTalk, pause: Pause) => Promise<unknown>,
): Promise<void> {
  const link = await Link.open(plant.serverPort(name), plant.flow(ews1, server, MODBUS, SCAN))
  const client = await modbusClient(link.port)
  client.setID(1)
  const clock = clockOf(link, link.opened(at))
  await talk(client, clock.pause)
  await closeModbus(client)
  await link.closed(clock.now() + 300_000)
}

function clockOf(link: Link, start: number): { now(): number; pause: Pause } {
  let now = start + 2_000
  return {
    now: () => now,
    pause: (micros) => {
      now = link.said(now) + micros
    },
  }
}

/** Encapsulation command 0x63 over TCP, outside any session. */
export async function listIdentity(plant: Plant, at: number): Promise<void> {
  const link = await Link.open(plant.serverPort('distribution'), plant.flow(ews1, plc3, CIP, SCAN))
  const socket = connect({ port: link.port, host: LOOPBACK })
  const question = Buffer.alloc(24)
  question[0] = 0x63
  socket.write(question)
  await new Promise<void>((done, failed) => socket.once('data', () => done()).once('error', failed))
  const closed = new Promise<void>((done) => socket.once('close', () => done()))
  socket.end()
  await closed
  await link.closed(link.opened(at) + 200_000)
}

/** What a tool reads as it goes online: modules, names, operating mode. */
export async function goOnline(tool: S7Tool): Promise<void> {
  await tool.statusList(0x0011, 0)
  await tool.statusList(0x001c, 0)
  await tool.statusList(0x0424, 0)
}

/** A connection to the distribution controller that reads its identity and a few tags. */
export async function withCip(plant: Plant, at: number, tags: readonly string[]): Promise<void> {
  const link = await Link.open(plant.serverPort('distribution'), plant.flow(ews1, plc3, CIP, SCAN))
  const client = await CipClient.connect(link.port, tags, plant.random.fork(`cip ${at}`))
  await client.readAll()
  await client.close()
  await link.closed(link.opened(at) + 900_000)
}
