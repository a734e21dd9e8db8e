/** Every command of `isthmus`, in the order of its help. */
import type { CommandRow } from './command.ts'

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'analyze',
    usage: 'analyze CAPTURE... [--site NAME] [--json] [--learning DURATION]',
    summary: 'what captures hold: assets, conversations, operations, findings, incidents, blind spots',
    load: async () => (await import('./analyze/command.ts')).analyze,
  },
  {
    name: 'show',
    usage: 'show CAPTURE [--packet N] [--limit N]',
    summary: 'what each stage makes of a packet, with byte offsets',
    load: async () => (await import('./show/command.ts')).show,
  },
  {
    name: 'programs',
    usage: 'programs CAPTURE... [--section NAME] [--changed]',
    summary: "sections of controllers' programs that were moved, and what differs between versions",
    load: async () => (await import('./programs/command.ts')).programs,
  },
  {
    name: 'replay',
    usage: 'replay SLICE [--rules FILE] [--indicators FILE] [--yara PATH]',
    summary: 'whether the evidence of an alert raises it again',
    load: async () => (await import('./replay/command.ts')).replay,
  },
  {
    name: 'logs',
    usage: 'logs CAPTURE... --out DIR',
    summary: "logs in Zeek's format, conn.log included",
    load: async () => (await import('./logs/command.ts')).logs,
  },
  {
    name: 'rules',
    usage: 'rules [FILE...] [--layer ics|enterprise]',
    summary: 'whether rules of your own are understood; what rules cover of ATT&CK',
    load: async () => (await import('./rules/command.ts')).rules,
  },
  {
    name: 'pack',
    usage: 'pack make FOLDER | check FILE | unpack FILE | key NAME',
    summary: 'rules, indicators and YARA rules in one signed file, to be carried where no network leads',
    load: async () => (await import('./pack/command.ts')).pack,
  },
  {
    name: 'up',
    usage: 'up [--port N] [--data DIR] [--no-plant]',
    summary: 'start server, console, database and the demonstration plant',
    load: async () => (await import('./up/command.ts')).up,
  },
  {
    name: 'new',
    usage: 'new protocol NAME',
    summary: 'lay out the folder of a new protocol',
    load: async () => (await import('./new/command.ts')).create,
  },
]
