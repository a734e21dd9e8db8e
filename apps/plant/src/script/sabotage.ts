/** The intruder among the controllers, from the engineering workstation; and what the shift does about it. */
import { dosingProgram, MEASURED, MEASURED_DB, SET_POINT_DB, SET_POINTS } from '../controllers/dosing.ts'
import { HOSTS, type Host, nobody } from '../hosts.table.ts'
import { CIP, goOnline, listIdentity, MODBUS, S7, withCip, withModbus, withS7 } from './engineering.ts'
import type { StepId } from './intrusion.table.ts'
import { probe } from './intrusion.ts'
import type { Event } from './schedule.ts'

const { ews1, plc1, plc2, plc3, gw1, sw1 } = HOSTS
const SECOND = 1_000_000
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
    await withS7(plant, at + 15 * SECOND, 3, (tool) => goOnline(tool))
    await listIdentity(plant, at + 24 * SECOND)
    await withCip(plant, at + 27 * SECOND, ['TowerLevel_SP', 'P301_Speed'])
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

  download: (plant, at) =>
    withS7(plant, at, 1, (tool) => tool.download(OB1_LOAD, dosingProgram(plant.random.fork('program'), 'one network'))),

  stop: (plant, at) => withS7(plant, at, 1, (tool) => tool.stop()),

  recovery: async (plant, at) => {
    await plant.operate('chlorine', 0.8, at)
    await withS7(plant, at + 40 * SECOND, 1, (tool) => tool.download(OB1_LOAD, dosingProgram(plant.random.fork('program'))))
    await withS7(plant, at + 65 * SECOND, 1, (tool) => tool.restart())
    await withModbus(plant, at + 95 * SECOND, plc1, 'intake', (client) => client.writeRegister(ALARM_LIMIT, 390))
  },
}
