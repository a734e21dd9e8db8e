/** One packet of a kept capture, read again by the sensor's own trace: there is no second parser. */
import type { z } from 'zod'
import type { PacketPage } from './captures.wire.ts'

export async function readPacket(
  _folder: string,
  _capture: { id: string; file: string; site: string },
  _number: number,
): Promise<z.output<typeof PacketPage> | undefined> {
  return undefined
}
