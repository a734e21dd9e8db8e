/** The plant's steady pulse: who polls whom, what and how often, over connections that stay open for hours. */
import { createRequire } from 'node:module'
import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js'
import type NodeS7 from 'nodes7'
import { MEASURED, MEASURED_DB, SET_POINT_DB, SET_POINTS, STATE_DB, STATES } from '../controllers/dosing.ts'
import { S7Tool } from '../controllers/s7-tool.ts'
import { HOSTS } from '../hosts.table.ts'
import { LOOPBACK } from '../network/tap.ts'
import { SCAN } from '../network/tcp.ts'
import type { Plant } from '../plant.ts'
import { CipClient } from '../stacks/cip-client.ts'
import { Link } from '../stacks/link.ts'

const load = createRequire(import.meta.url)

/** A repeated exchange: `ask` lets the stacks talk, `link.said` frames it. */
export type Poll = {
  readonly every: number
  /** Within the second, in microseconds: a poller's own rhythm. */
  readonly phase: number
  readonly link: Link
  ask(): Promise<void>
  end(): Promise<void>
}

/** Opens the plant's standing connections, framed at `at`. */
export async function openPolls(plant: Plant, at: number): Promise<Poll[]> {
  return [
    await intake(plant, at + 40_000),
    await field(plant, at + 110_000),
    await dosing(plant, at + 230_000),
    await panel(plant, at + 420_000),
    await distribution(plant, at + 560_000),
  ]
}

export async function modbusClient(port: number): Promise<ModbusRTU> {
  const Modbus = load('modbus-serial') as new () => ModbusRTU
  const client = new Modbus()
  await client.connectTCP(LOOPBACK, { port })
  // Its timers outlive the last answer; on loopback nothing is lost by doing without.
  client.setTimeout(0)
  return client
}

export function closeModbus(client: ModbusRTU): Promise<void> {
  return new Promise((done) => client.close(() => done()))
}

async function intake(plant: Plant, at: number): Promise<Poll> {
  const link = await Link.open(plant.serverPort('intake'), plant.flow(HOSTS.scada1, HOSTS.plc1, 502, SCAN))
  const client = await modbusClient(link.port)
  client.setID(1)
  link.opened(at)
  let polls = 0
  const ask = async (): Promise<void> => {
    await client.readHoldingRegisters(0, 10)
    // States change seldom: every fifth time.
    if (polls++ % 5 === 0) await client.readCoils(0, 4)
  }
  return { every: 2, phase: 120_000, link, ask, end: () => closeModbus(client) }
}

async function field(plant: Plant, at: number): Promise<Poll> {
  const link = await Link.open(plant.serverPort('field'), plant.flow(HOSTS.scada1, HOSTS.gw1, 502, SCAN))
  const client = await modbusClient(link.port)
  link.opened(at)
  const counts: readonly (readonly [unit: number, registers: number])[] = [
    [11, 3],
    [12, 1],
    [13, 2],
    [14, 1],
  ]
  const ask = async (): Promise<void> => {
    for (const [unit, registers] of counts) {
      client.setID(unit)
      await client.readInputRegisters(0, registers)
    }
  }
  return { every: 15, phase: 310_000, link, ask, end: () => closeModbus(client) }
}

/** The SCADA server reads the states with `nodes7`, which asks for bytes whatever the type. */
async function dosing(plant: Plant, at: number): Promise<Poll> {
  const NodeS7Client = load('nodes7') as typeof NodeS7
  const link = await Link.open(plant.serverPort('dosing'), plant.flow(HOSTS.scada1, HOSTS.plc2, 102, SCAN))
  const client = new NodeS7Client({ silent: true })
  await new Promise<void>((ready, failed) =>
    client.initiateConnection({ port: link.port, host: LOOPBACK, rack: 0, slot: 2, timeout: 10_000 }, (error) =>
      error ? failed(error) : ready(),
    ),
  )
  client.addItems(STATES.map((_, at) => `DB${STATE_DB},BYTE${at}`))
  link.opened(at)
  const ask = (): Promise<void> =>
    new Promise((done, failed) => client.readAllItems((bad) => (bad ? failed(new Error('nodes7 could not read')) : done())))
  return { every: 5, phase: 480_000, link, ask, end: () => dropS7(client) }
}

/** Its guards against a close that never comes would hold the process for seconds after the close has come. */
function dropS7(client: NodeS7): Promise<void> {
  return new Promise((done) =>
    client.dropConnection(() => {
      clearTimeout(client.dropConnectionTimer)
      clearTimeout(client.resetTimeout)
      done()
    }),
  )
}

/** The operator panel reads value by value, each with its type. */
async function panel(plant: Plant, at: number): Promise<Poll> {
  const link = await Link.open(plant.serverPort('dosing'), plant.flow(HOSTS.hmi1, HOSTS.plc2, 102, SCAN))
  const tool = await S7Tool.connect(link.port, 2)
  link.opened(at)
  plant.operators.set('chlorine', async (value, when) => {
    await tool.writeReal({ db: SET_POINT_DB, at: 0, type: 'real' }, value)
    return link.said(when)
  })
  const items = [
    ...MEASURED.map(({ at }) => ({ db: MEASURED_DB, at, type: 'real' as const })),
    ...SET_POINTS.map(({ at }) => ({ db: SET_POINT_DB, at, type: 'real' as const })),
  ]
  return { every: 2, phase: 640_000, link, ask: () => tool.read(items), end: () => tool.close() }
}

const DISTRIBUTION_TAGS = [
  'PT301_Pressure',
  'FT301_Flow',
  'LT301_TowerLevel',
  'P301_Speed',
  'P302_Speed',
  'TowerLevel_SP',
  'P301_Run',
  'P302_Run',
]

async function distribution(plant: Plant, at: number): Promise<Poll> {
  const link = await Link.open(plant.serverPort('distribution'), plant.flow(HOSTS.scada1, HOSTS.plc3, 44818, SCAN))
  const client = await CipClient.connect(link.port, DISTRIBUTION_TAGS, plant.random.fork('cip'))
  link.opened(at)
  plant.operators.set('tower', async (value, when) => {
    await client.write('TowerLevel_SP', value)
    return link.said(when)
  })
  return { every: 2, phase: 850_000, link, ask: () => client.readAll(), end: () => client.close() }
}
