/** The CIP client: `st-ethernet-ip`, with the three settings it does not offer as options. */
import { createRequire } from 'node:module'
import type * as Package from 'st-ethernet-ip'
import { LOOPBACK } from '../network/tap.ts'
import type { Random } from '../random.ts'

const load = createRequire(import.meta.url)

// Its timeouts are never cleared and would keep the process alive ten seconds after the last answer.
const utilities = load('st-ethernet-ip/dist/utilities') as { promiseTimeout: typeof promiseTimeout }
utilities.promiseTimeout = promiseTimeout
const config = load('st-ethernet-ip/dist/config') as { EIP_PORT: number }
const { Controller, Tag, TagGroup } = load('st-ethernet-ip') as typeof Package

function promiseTimeout<T>(promise: Promise<T>, milliseconds: number, error: Error = new Error('no answer')): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(error), milliseconds)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** The port is one setting for the whole package: connections are made one after another. */
let turn: Promise<unknown> = Promise.resolve()

export class CipClient {
  readonly #controller: InstanceType<typeof Controller>
  readonly #group: InstanceType<typeof TagGroup>

  private constructor(controller: InstanceType<typeof Controller>, group: InstanceType<typeof TagGroup>) {
    this.#controller = controller
    this.#group = group
  }

  /** Registers a session, opens a connection to the message router, reads the identity. */
  static async connect(port: number, tags: readonly string[], random: Random): Promise<CipClient> {
    const controller = new Controller(true)
    const open = controller.forwardOpen.bind(controller)
    // The connection's serial number comes from Math.random while forwardOpen runs, before its first await.
    controller.forwardOpen = () => {
      const chance = Math.random
      Math.random = () => random.unit()
      try {
        return open()
      } finally {
        Math.random = chance
      }
    }
    const connected = turn.then(() => {
      config.EIP_PORT = port
      return controller.connect(LOOPBACK, 0, false)
    })
    turn = connected.catch(() => {})
    await connected
    await controller.readControllerProps()
    const group = new TagGroup()
    for (const name of tags) group.add(new Tag(name))
    return new CipClient(controller, group)
  }

  async readAll(): Promise<void> {
    await this.#controller.readTagGroup(this.#group)
  }

  async write(name: string, value: number): Promise<void> {
    const tag = new Tag(name)
    await this.#controller.readTag(tag)
    tag.value = value
    await this.#controller.writeTag(tag)
  }

  async close(): Promise<void> {
    await this.#controller.disconnect()
  }
}
