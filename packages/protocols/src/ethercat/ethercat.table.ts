/** IEC 61158-4-12 and -6-12, ETG.1000 (commands, registers, mailboxes); names of registers and commands as ICSNPP words them. */

export const COMMAND = {
  nop: 0,
  aprd: 1,
  apwr: 2,
  aprw: 3,
  fprd: 4,
  fpwr: 5,
  fprw: 6,
  brd: 7,
  bwr: 8,
  brw: 9,
  lrd: 10,
  lwr: 11,
  lrw: 12,
  armw: 13,
  frmw: 14,
} as const

/** Name in ICSNPP's logs, short name, whether it writes, whether it reads. */
export const COMMANDS: readonly (readonly [zeek: string, short: string, writes: boolean, reads: boolean])[] = [
  ['NOP', 'NOP', false, false],
  ['Auto Increment Physical Read', 'APRD', false, true],
  ['Auto Increment Physical Write', 'APWR', true, false],
  ['Auto Increment Physical ReadWrite', 'APRW', true, true],
  ['Configured Addr Physical Read', 'FPRD', false, true],
  ['Configured Addr Physical Write', 'FPWR', true, false],
  ['Configured Addr Physical ReadWrite', 'FPRW', true, true],
  ['Broadcast Read', 'BRD', false, true],
  ['Broadcast Write', 'BWR', true, false],
  ['Broadcast ReadWrite', 'BRW', true, true],
  ['Logical Read', 'LRD', false, true],
  ['Logical Write', 'LWR', true, false],
  ['Logical ReadWrite', 'LRW', true, true],
  ['Auto Increment Physical Read Mult Write', 'ARMW', true, true],
  ['Configured Addr Physical Read Mult Write', 'FRMW', true, true],
]

/** Where each register begins, its name in ICSNPP's logs, and its name for people. A register ends where the next begins. */
const REGISTERS: readonly (readonly [at: number, zeek: string, name: string])[] = [
  [0x0000, 'Type', 'device information'],
  [0x0001, 'Revision', 'device information'],
  [0x0002, 'Build', 'device information'],
  [0x0004, 'FMMUSPT', 'device information'],
  [0x0005, 'SyncManagers', 'device information'],
  [0x0006, 'RAMSize', 'device information'],
  [0x0007, 'PortDescriptor', 'device information'],
  [0x0008, 'ESC_Features', 'device information'],
  [0x0010, 'CSAddr', 'station address'],
  [0x0012, 'CSAlias', 'station alias'],
  [0x0020, 'Reg_Write_En', 'register write enable'],
  [0x0021, 'Reg_Write_Prot', 'register write protection'],
  [0x0030, 'ESC_Write_En', 'write enable'],
  [0x0031, 'ESC_Write_Prot', 'write protection'],
  [0x0040, 'ESC_Rst_Ecat', 'reset'],
  [0x0041, 'ESC_Rst_Pdi', 'reset of the process side'],
  [0x0100, 'ESC_DL_Ctl', 'data link control'],
  [0x0108, 'Phy_RD_WR_Offs', 'physical offset'],
  [0x0110, 'ESC_DL_Stat', 'data link status'],
  [0x0120, 'AL_Ctl', 'state request'],
  [0x0130, 'AL_Stat', 'state'],
  [0x0134, 'AL_Stat_Code', 'state code'],
  [0x0138, 'RUN_Led_Ovrd', 'run light'],
  [0x0139, 'ERR_Led_Ovrd', 'error light'],
  [0x0140, 'PDI_Ctl', 'process side control'],
  [0x0141, 'ESC_Conf', 'configuration'],
  [0x014e, 'PDI_Info', 'process side information'],
  [0x0150, 'PDI_Conf', 'process side configuration'],
  [0x0151, 'Sync_Latc_Pdi', 'process side synchronisation'],
  [0x0152, 'PDI_Onchip_Conf', 'process side bus'],
  [0x0200, 'ECAT_Ev_Msk', 'event mask'],
  [0x0204, 'PDI AL Event Mask', 'process side event mask'],
  [0x0210, 'ECAT Event Request', 'event request'],
  [0x0220, 'AL Event Request', 'process side event request'],
  [0x0300, 'RX_Err_Cnt', 'receive errors'],
  [0x0308, 'Fwd_Rx_Err_Cnt', 'forwarded errors'],
  [0x030c, 'ECAT_Proc_Err_Cnt', 'processing errors'],
  [0x030d, 'PDI_Err_Cnt', 'process side errors'],
  [0x030e, 'PDI_Err_Code', 'process side error code'],
  [0x0310, 'LLC', 'lost links'],
  [0x0400, 'WTD_Div', 'watchdog divider'],
  [0x0410, 'WTD_Time_PDI', 'process side watchdog'],
  [0x0420, 'WTD_Time_Proc_Data', 'process data watchdog'],
  [0x0440, 'WTD_Stat_Proc_Data', 'process data watchdog status'],
  [0x0442, 'WTD_Cnt_Proc_Data', 'process data watchdog count'],
  [0x0443, 'WTD_Cnt_PDI', 'process side watchdog count'],
  [0x0500, 'SII_EEPROM_Intr', 'EEPROM'],
  [0x0510, 'MII_Mang_Intr', 'PHY'],
  [0x0600, 'FMMU', 'memory mapping'],
  [0x0800, 'SyncManager', 'sync managers'],
  [0x0900, 'Dist_Clk', 'distributed clocks'],
  [0x0e00, 'ESC_Specf-Reg ', 'chip registers'],
  [0x0f00, 'Dig_IO_Data', 'digital outputs'],
  [0x0f10, 'GP_Out_Data', 'general outputs'],
  [0x0f18, 'GP_In', 'general inputs'],
  [0x0f80, 'USR_Ram', 'user memory'],
  [0x1000, 'PDI_Dig_IO_Data', 'process memory'],
]

const INDEX_OF = new Uint8Array(0x1001)
for (let at = 0, i = 0; at <= 0x1000; at++) {
  if (i + 1 < REGISTERS.length && at >= REGISTERS[i + 1]![0]) i++
  INDEX_OF[at] = i
}

const registerOf = (offset: number) => REGISTERS[INDEX_OF[Math.min(offset, 0x1000)]!]!

export function zeekRegister(offset: number): string {
  return registerOf(offset)[1]
}

export function registerName(offset: number): string {
  return registerOf(offset)[2]
}

export const REGISTER = {
  information: 0x0000,
  stationAddress: 0x0010,
  stationAlias: 0x0012,
  reset: 0x0040,
  stateRequest: 0x0120,
  state: 0x0130,
  stateCode: 0x0134,
  eeprom: 0x0502,
  memory: 0x1000,
} as const

/** AL states (ETG.1000-6 §5.3.1); bit 4 is the error flag of a state, the acknowledgement in a request. */
export const STATES: Readonly<Record<number, string>> = { 1: 'INIT', 2: 'PREOP', 3: 'BOOT', 4: 'SAFEOP', 8: 'OP' }
export const ERROR_FLAG = 0x10

/** AL status codes (ETG.1020 §3). */
export const STATE_CODES: Readonly<Record<number, string>> = {
  1: 'unspecified error',
  2: 'no memory',
  3: 'invalid device setup',
  6: 'SII and EEPROM information does not match firmware',
  7: 'firmware update not successful',
  0x0e: 'licence error',
  0x11: 'invalid requested state change',
  0x12: 'unknown requested state',
  0x13: 'bootstrap not supported',
  0x14: 'no valid firmware',
  0x15: 'invalid mailbox configuration',
  0x16: 'invalid mailbox configuration',
  0x17: 'invalid sync manager configuration',
  0x18: 'no valid inputs available',
  0x19: 'no valid outputs',
  0x1a: 'synchronisation error',
  0x1b: 'sync manager watchdog',
  0x1c: 'invalid sync manager types',
  0x1d: 'invalid output configuration',
  0x1e: 'invalid input configuration',
  0x1f: 'invalid watchdog configuration',
  0x20: 'cold start needed',
  0x21: 'INIT needed',
  0x22: 'PREOP needed',
  0x23: 'SAFEOP needed',
  0x24: 'invalid input mapping',
  0x25: 'invalid output mapping',
  0x26: 'inconsistent settings',
  0x2b: 'no valid inputs and outputs',
  0x2c: 'fatal synchronisation error',
  0x2d: 'no synchronisation error',
  0x30: 'invalid DC sync configuration',
  0x31: 'invalid DC latch configuration',
  0x32: 'PLL error',
  0x33: 'DC sync input-output error',
  0x34: 'DC sync timeout',
  0x42: 'error in AoE mailbox',
  0x43: 'error in EoE mailbox',
  0x44: 'error in CoE mailbox',
  0x45: 'error in FoE mailbox',
  0x46: 'error in SoE mailbox',
  0x4f: 'error in VoE mailbox',
  0x50: 'EEPROM no access',
  0x51: 'EEPROM error',
  0x60: 'device restarted locally',
  0x61: 'device identification value updated',
  0xf0: 'application controller available',
}

/** Vendor ids of the EtherCAT Technology Group that open masters' source confirms. */
export const VENDORS: Readonly<Record<number, string>> = {
  0x1: 'EtherCAT Technology Group',
  0x2: 'Beckhoff',
  0x1b: 'HMS Industrial Networks',
  0x44: 'Hilscher',
  0x83: 'Omron',
  0xab: 'Copley Controls',
  0xfb: 'maxon motor',
}

/** Commands of ADS over EtherCAT, as ICSNPP words them. */
export const ADS_COMMANDS: readonly string[] = [
  'NOP',
  'ADS Read Device Info',
  'ADS Read',
  'ADS Write',
  'ADS Read State',
  'ADS Write Control',
  'ADS Add Device Notification',
  'ADS Delete Device Notification',
  'ADS Device Notification',
  'ADS Read Write',
]

/** Words of a device's EEPROM that identify it (ETG.1000-6 §5.4). */
export const EEPROM = { vendor: 8, product: 10, revision: 12, serial: 14 } as const
