/** A capture of an engineering station that loads whole projects into an S7 controller, block by block, with real stacks at both ends. */
import { writeFile } from 'node:fs/promises'
import { type BlockName, blockFile } from '../controllers/s7-block.ts'
import { type S7Memory, serveS7 } from '../controllers/s7-server.ts'
import { S7Tool } from '../controllers/s7-tool.ts'
import { HOSTS } from '../hosts.table.ts'
import { pcapHeader, pcapRecords } from '../network/pcap.ts'
import { SCAN, TcpFlow } from '../network/tcp.ts'
import { Wire } from '../network/wire.ts'
import { Random } from '../random.ts'
import { Link } from '../stacks/link.ts'

const S7 = 102

export type ProjectLoad = {
  /** Microseconds since 1970. */
  readonly at: number
  readonly blocks: readonly (BlockName & { readonly bytes: Uint8Array })[]
}

export async function writeProjectCapture(file: string, seed: number, loads: readonly ProjectLoad[]): Promise<void> {
  const wire = new Wire()
  const random = new Random(`project ${seed}`)
  const server = await serveS7(new Loaded())
  for (const [i, { at, blocks }] of loads.entries()) {
    const flow = new TcpFlow(wire, random.fork(`flow ${i}`), HOSTS.ews1, 50_000 + i, HOSTS.plc2, S7, SCAN)
    const link = await Link.open(server.port, flow)
    const tool = await S7Tool.connect(link.port, 1)
    let now = link.opened(at)
    for (const block of blocks) {
      await tool.download(blockFile(block), Buffer.from(block.bytes))
      now = link.said(now + 2_000) + 20_000
    }
    await tool.close()
    await link.closed(now + 300_000)
  }
  await server.close()
  await writeFile(file, Buffer.concat([pcapHeader(), pcapRecords(wire.take(Number.POSITIVE_INFINITY))]))
}

/** A controller that takes what it is given. */
class Loaded implements S7Memory {
  #program = Buffer.alloc(0)
  block(): undefined {
    return undefined
  }
  written(): void {}
  program(): Buffer {
    return this.#program
  }
  downloaded(program: Buffer): void {
    this.#program = Buffer.from(program)
  }
  mode(): 'run' {
    return 'run'
  }
  setMode(): void {}
}
