import type { Command } from '../command.ts'

export const up: Command = { options: [], run: async () => 0 }
