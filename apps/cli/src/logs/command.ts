import type { Command } from '../command.ts'

export const logs: Command = { options: [], run: async () => 0 }
