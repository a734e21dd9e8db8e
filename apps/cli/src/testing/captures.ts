/** For tests: small captures written by hand. */
import { pcap, type TestFrame, tcpTalk, udpFrame } from '../../../../packages/wire/src/testing/pcap-builder.ts'

const START = 1_700_000_000_000_000
const PLANT = { from: '10.1.2.20', to: '10.1.1.10', fromPort: 49_152, toPort: 502 }

function modbus(transaction: number, ...pdu: number[]): Uint8Array {
  return Uint8Array.from([transaction >> 8, transaction & 255, 0, 0, 0, pdu.length + 1, 1, ...pdu])
}

/** A client reads two registers three times and writes one; a host asks a name server on the way. */
export function plantFrames(): TestFrame[] {
  const payloads: ['client' | 'server', Uint8Array][] = []
  for (let i = 1; i <= 3; i++) payloads.push(['client', modbus(i, 3, 0, 10, 0, 2)], ['server', modbus(i, 3, 4, 0, i, 0, 7)])
  payloads.push(['client', modbus(9, 6, 0, 10, 1, 0x2c)], ['server', modbus(9, 6, 0, 10, 1, 0x2c)])
  const question = Uint8Array.from([
    0x12,
    0x34,
    1,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    5,
    ...Buffer.from('plant'),
    7,
    ...Buffer.from('example'),
    0,
    0,
    1,
    0,
    1,
  ])
  const dns = { atUs: START + 500_000, bytes: udpFrame({ from: '10.1.2.20', to: '10.1.2.1', fromPort: 50_000, toPort: 53 }, question) }
  return [...tcpTalk(PLANT, START, payloads), dns]
}

export function plantCapture(): Uint8Array {
  return pcap(plantFrames())
}
