import type { Protocol } from '../protocol.ts'
import { observe } from './observe.ts'
import { dissector, type Shell, type ShellState } from './shell.ts'

export const shell: Protocol<Shell, ShellState> = { dissector, observe }
