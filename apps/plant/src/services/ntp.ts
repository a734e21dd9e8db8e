/** The time of day (RFC 5905): one question, one answer, 48 bytes each. */
import type { Host } from '../hosts.table.ts'
import { putUdp } from '../network/ipv4.ts'
import type { Plant } from '../plant.ts'

const NTP = 123
/** Seconds from 1900 to 1970. */
const ERA = 2_208_988_800

export function askTime(plant: Plant, at: number, client: Host, server: Host, serverStratum: number): void {
  const trip = server.external ? 19_000 : 400
  const question = Buffer.alloc(48)
  question.set([0xe3, 0, 10, 0xfa])
  stamp(question, 40, at)
  putUdp(plant.wire, at, client, NTP, server, NTP, question)
  const answer = Buffer.alloc(48)
  answer.set([0x24, serverStratum, 10, 0xe9])
  answer.write(serverStratum === 1 ? 'GPS\0' : 'LOCL', 12, 'latin1')
  stamp(answer, 16, at - 40_000_000)
  question.copy(answer, 24, 40, 48)
  stamp(answer, 32, at + trip / 2)
  stamp(answer, 40, at + trip / 2 + 30)
  putUdp(plant.wire, at + trip, server, NTP, client, NTP, answer)
}

function stamp(message: Buffer, at: number, micros: number): void {
  const seconds = Math.floor(micros / 1_000_000)
  message.writeUInt32BE((seconds + ERA) >>> 0, at)
  message.writeUInt32BE(Math.floor(((micros - seconds * 1_000_000) / 1_000_000) * 0x1_0000_0000) >>> 0, at + 4)
}
