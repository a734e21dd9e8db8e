/** Each controller against the client stack of its protocol, over loopback. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { HOSTS } from '../hosts.table.ts'
import { Plant } from '../plant.ts'
import { closeModbus, modbusClient, openPolls } from '../script/polls.ts'
import { CipClient } from '../stacks/cip-client.ts'
import { MEASURED_DB, SET_POINT_DB } from './dosing.ts'
import { S7Tool } from './s7-tool.ts'

const plant = new Plant('controllers', 1_700_000_000_000_000)
before(() => plant.start())
after(() => plant.stop())

test('Modbus: registers read as scaled values, set-points take a write, the rest refuses', async () => {
  const client = await modbusClient(plant.serverPort('intake'))
  client.setID(1)
  const { data } = await client.readHoldingRegisters(0, 2)
  assert.equal(data[0], Math.round(plant.works.rawLevel * 100))
  await client.writeRegister(8, 401)
  assert.equal(plant.works.rawHighAlarm, 4.01)
  await assert.rejects(client.writeRegister(0, 1), /Illegal data address/)
  await assert.rejects(client.readHoldingRegisters(400, 1), /Illegal data address/)
  const { data: named } = await client.readDeviceIdentification(2, 0)
  assert.deepEqual([named[0], named[1], named[2]], ['Schneider Electric', 'BMX P34 2020', 'v2.80'])
  await closeModbus(client)
})

test('Modbus: the gateway answers for the units behind it and says when none answers', async () => {
  const client = await modbusClient(plant.serverPort('field'))
  client.setID(11)
  const { data } = await client.readInputRegisters(0, 1)
  assert.equal(data[0], Math.round(plant.works.residual * 1000))
  client.setID(9)
  await assert.rejects(client.readInputRegisters(0, 1), /Gateway target device failed to respond/)
  await closeModbus(client)
})

test('S7: values are typed, a set-point changes the process, the program comes and goes whole', async () => {
  const tool = await S7Tool.connect(plant.serverPort('dosing'), 1)
  await tool.writeReal({ db: SET_POINT_DB, at: 0, type: 'real' }, 1.25)
  assert.equal(plant.works.chlorineSetPoint, 1.25)
  const program = Buffer.alloc(1000, 7)
  await tool.download('0800001P', program)
  assert.deepEqual(plant.dosing.program(), program)
  await tool.upload('0800001A')
  await tool.close()
})

test('S7: a stopped controller keeps the image of its last cycle and runs on after a restart', async () => {
  const tool = await S7Tool.connect(plant.serverPort('dosing'), 1)
  await tool.stop()
  assert.equal(plant.works.dosingRunning, false)
  const frozen = Buffer.from(plant.dosing.block(MEASURED_DB)!)
  for (let i = 0; i < 60; i++) plant.works.step(1, 6)
  assert.deepEqual(plant.dosing.block(MEASURED_DB), frozen)
  await tool.restart()
  assert.equal(plant.works.dosingRunning, true)
  assert.notDeepEqual(plant.dosing.block(MEASURED_DB), frozen)
  await tool.close()
})

test('CIP: a tag is written by name and the process follows', async () => {
  const client = await CipClient.connect(plant.serverPort('distribution'), ['TowerLevel_SP'], plant.random.fork('cip'))
  await client.readAll()
  await client.write('TowerLevel_SP', 4.5)
  assert.equal(plant.works.towerSetPoint, 4.5)
  await assert.rejects(client.write('PT301_Pressure', 1))
  await client.close()
})

test('the standing polls talk to every controller and leave nothing open', async () => {
  const polls = await openPolls(plant, plant.startAt)
  for (const poll of polls) {
    await poll.ask()
    poll.link.said(plant.startAt + 2_000_000)
    await poll.end()
    await poll.link.drop()
  }
  const frames = plant.wire.take(Number.POSITIVE_INFINITY).map((p) => Buffer.from(p.bytes))
  for (const host of [HOSTS.plc1, HOSTS.plc2, HOSTS.plc3, HOSTS.gw1]) {
    const ip = Buffer.from(host.ip.split('.').map(Number))
    assert.ok(
      frames.some((f) => f.subarray(30, 34).equals(ip) && f.length > 62),
      `${host.name} answered`,
    )
  }
})
