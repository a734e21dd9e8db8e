import type { Command } from '../command.ts'

export const analyze: Command = { options: [], run: async () => 0 }
