/** The intruder among the controllers, from the engineering workstation; and what the shift does about it. */
import { connect } from 'node:net'
import { MEASURED, MEASURED_DB, programBlock, SET_POINT_DB, SET_POINTS } from '../controllers/dosing.ts'
import { S7Tool } from '../controllers/s7-tool.ts'
import { HOSTS, type Host, nobody } from '../hosts.table.ts'
import { LOOPBACK } from '../network/tap.ts'
import { SCAN } from '../network/tcp.ts'
import type { Plant } from '../plant.ts'
import { CipClient } from '../stacks/cip-client.ts'
import { Link } from '../stacks/link.ts'
import type { StepId } from './intrusion.table.ts'
import { probe } from './intrusion.ts'
import { closeModbus, modbusClient } from './polls.ts'
import type { Event } from './schedule.ts'

const { ews1, plc1, plc2, plc3, gw1, sw1 } = HOSTS
const SECOND = 1_000_000
const MODBUS = 502
const S7 = 102
const CIP = 44818
const ALARM_LIMIT = 8
/** Organisation block 1, the cyclic program; passive file system for what is loaded, active for what is read. */
const OB1_READ = '0800001A'
const OB1_LOAD = '0800001P'

export type SabotageId = Extract<
  StepId,
  'scan-control' | 'identify' | 'upload' | 'watch' | 'set-point' | 'alarm-limit' | 'download' | 'stop' | 'recovery'
>

export const SABOTAGE: Readonly<Record<SabotageId, Event>> = {
  'scan-control': (plant, at) => {
    const open = new Map<string, number>([
      [plc1.ip, MODBUS],
      [gw1.ip, MODBUS],
      [plc2.ip, S7],
      [plc3.ip, CIP],
    ])
    const alive = new Map<string, Host>([plc1, plc2, plc3, gw1, sw1].map((h) => [h.ip, h]))
    let now = at
    for (let i = 2; i <= 30; i++) {
      const ip = `10.20.10.${i}`
      const host = alive.get(ip)
      for (const port of [S7, MODBUS, CIP]) {
        probe(plant, now, ews1, host ?? nobody(ip, plc1), port, open.get(ip) === port, host === undefined)
        now += 230_000
      }
    }
  },

  identify: async (plant, at) => {
    await withModbus(plant, at, plc1, 'intake', (client) => client.readDeviceIdentification(2, 0))
    await withModbus(plant, at + 8 * SECOND, gw1, 'field', (client) => client.readDeviceIdentification(2, 0))
    await withS7(plant, at + 15 * SECOND, 3, async (tool) => {
      await tool.statusList(0x0011, 0)
      await tool.statusList(0x001c, 0)
      await tool.statusList(0x0424, 0)
    })
    await listIdentity(plant, at + 24 * SECOND)
    const link = await Link.open(plant.serverPort('distribution'), plant.flow(ews1, plc3, CIP, SCAN))
    const client = await CipClient.connect(link.port, ['TowerLevel_SP', 'P301_Speed'], plant.random.fork(`cip ${at}`))
    await client.readAll()
    await client.close()
    await link.closed(link.opened(at + 27 * SECOND) + 900_000)
  },

  upload: (plant, at) => withS7(plant, at, 1, (tool) => tool.upload(OB1_READ)),

  watch: async (plant, at) => {
    const items = [
      ...MEASURED.map((p) => ({ db: MEASURED_DB, at: p.at, type: 'real' as const })),
      ...SET_POINTS.map((p) => ({ db: SET_POINT_DB, at: p.at, type: 'real' as const })),
    ]
    await withS7(plant, at, 1, async (tool, pause) => {
      for (let i = 0; i < 6; i++) {
        await tool.read(items)
        pause(10 * SECOND)
      }
    })
  },

  'set-point': (plant, at) => withS7(plant, at, 1, (tool) => tool.writeReal({ db: SET_POINT_DB, at: 0, type: 'real' }, 4)),

  'alarm-limit': async (plant, at) => {
    await withModbus(plant, at, plc1, 'intake', async (client, pause) => {
      await client.writeRegister(400, 1).catch(() => undefined)
      pause(9 * SECOND)
      await client.readHoldingRegisters(ALARM_LIMIT, 1)
      pause(4 * SECOND)
      await client.writeRegister(ALARM_LIMIT, 445)
    })
  },

  download: (plant, at) => withS7(plant, at, 1, (tool) => tool.download(OB1_LOAD, programBlock(plant.random.fork('changed program'), 912))),

  stop: (plant, at) => withS7(plant, at, 1, (tool) => tool.stop()),

  recovery: async (plant, at) => {
    await plant.operate('chlorine', 0.8, at)
    await withS7(plant, at + 40 * SECOND, 1, (tool) => tool.download(OB1_LOAD, programBlock(plant.random.fork('program'), 880)))
    await withS7(plant, at + 65 * SECOND, 1, (tool) => tool.restart())
    await withModbus(plant, at + 95 * SECOND, plc1, 'intake', (client) => client.writeRegister(ALARM_LIMIT, 390))
  },
}

/** Between two exchanges of one connection: frames what was said, then lets the script's clock run on. */
type Pause = (micros: number) => void

async function withS7(
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

async function withModbus(
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
async function listIdentity(plant: Plant, at: number): Promise<void> {
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
