/** The published sub-steps and what five vendors saw of them, read from the data files beside the project. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared')
export const SUBSTEPS_FILE = join(SHARED, 'mitre_ics_triton_2021_substeps.tsv')
const VENDORS_FILE = join(SHARED, 'mitre_ics_triton_2021.csv')

export type SubStep = { readonly id: string; readonly technique: string; readonly name: string; readonly tactic: string }
export type VendorLevels = ReadonlyMap<string, ReadonlyMap<string, string>>

/** True when the data files are where they are expected. */
export const isPresent = (): boolean => existsSync(SUBSTEPS_FILE) && existsSync(VENDORS_FILE)

/** The scored ones: class network, and the one of class plc-code (24.B.4). */
export function scoredSubSteps(): SubStep[] {
  return rows(SUBSTEPS_FILE, '\t')
    .filter((row) => row.class === 'network' || row.class === 'plc-code')
    .map((row) => ({ id: row.substep!, technique: row.technique!, name: row.technique_name!, tactic: slug(row.tactic!) }))
}

/** Vendor → sub-step → level, as published. */
export function vendorLevels(): VendorLevels {
  const all = rows(VENDORS_FILE, ',')
  const vendors = Object.keys(all[0] ?? {}).slice(5)
  return new Map(vendors.map((vendor) => [vendor, new Map(all.map((row) => [row.substep!, row[vendor]!.toLowerCase()]))]))
}

function rows(path: string, separator: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').split(/\r?\n/)
  const names = head.split(separator)
  return lines
    .filter((line) => line !== '')
    .map((line) => Object.fromEntries(line.split(separator).map((cell, i) => [names[i] ?? '', cell])))
}

/** `Command and Control` as ATT&CK's data spells it: `command-and-control`. */
const slug = (tactic: string): string => tactic.toLowerCase().replaceAll(' ', '-')
