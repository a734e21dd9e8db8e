import type { Command } from '../command.ts'

export const show: Command = { options: [], run: async () => 0 }
