/** Codes of the HART common tables (HCF_SPEC-183), as ICSNPP words them; the number in each title is the table's. */

/** 2: engineering units. */
export const UNITS: Readonly<Record<number, string>> = {
  1: 'INH20 INCHES OF WATER AT 68 F 20 C',
  2: 'INHG INCHES OF MERCURY AT 0 C',
  3: 'FTH20 FEET OF WATER AT 68 F 20 C',
  4: 'MMH20 MILLIMETERS OF WATER AT 68 F 20 C',
  5: 'MMHG MILLIMETERS OF MERCURY AT 0 C',
  6: 'PSI POUNDS PER SQUARE INCH',
  7: 'BAR BARS',
  8: 'MBAR MILLIBARS',
  9: 'GLCM2 GRAMS PER SQUARE CENTIMETER',
  10: 'KGLTM2 KILOGRAMS PER SQUARE CENTIMETER',
  11: 'PA PASCALS',
  12: 'KPA KILOPASCALS',
  13: 'TORR TORR',
  14: 'ATM ATMOSPHERES',
  15: 'MIN CUBIC FEET PER MINUTE',
  16: 'GALMIN GALLONS PER MINUTE',
  17: 'VMIN LITERS PER MINUTE',
  18: 'GALUKMIN IMPERIAL GALLONS PER MINUTE',
  19: 'MH CUBIC METER PER HOUR',
  20: 'FTS FEET PER SECOND',
  21: 'MS METERS PER SECOND',
  22: 'GALS GALLONS PER SECOND',
  23: 'MGALD MILLION GALLONS PER DAY',
  24: 'LS LITERS PER SECOND',
  25: 'MID MILLION LITERS PER DAY',
  26: 'TLS CUBIC FEET PER SECOND',
  27: 'RD CUBIC FEET PER DAY',
  28: 'MS CUBIC METERS PER SECOND',
  29: 'MD CUBIC METERS PER DAY',
  30: 'GAL UKH IMPERIAL GALLONS PER HOUR',
  31: 'GAL UKD IMPERIAL GALLONS PER DAY',
  32: 'C DEGREES CELSIUS',
  33: 'F DEGREES FAHRENHEIT',
  34: 'R DEGREES RANKINE',
  35: 'K KELVIN',
  36: 'MV MILLIVOLTS',
  37: 'Q OHMS',
  38: 'HZ HERTZ',
  39: 'MA MILLIAMPERES',
  40: 'GAL GALLONS',
  41: 'LITERS',
  42: 'GAL UK IMPERIAL GALLONS',
  43: 'M3 CUBIC METERS',
  44: 'FT FEET',
  45: 'M METERS',
  46: 'BBL BARRELS',
  47: 'IN INCHES',
  48: 'CM CENTIMETERS',
  49: 'MM MILLIMETERS',
  50: 'MIN MINUTES',
  51: 'S SECONDS',
  52: 'H HOURS',
  53: 'D DAYS',
  54: 'CST CENTISTOKES',
  55: 'CP CENTIPOISE',
  56: 'USS MICROSIEMENS',
  57: 'PERCENT',
  58: 'V VOLTS',
  59: 'PH POTENTIAL OF HYDROGEN ACIDITY OR ALKALINITY',
  60: 'G GRAMS',
  61: 'KG KILOGRAMS',
  62: 'T METRIC TONS',
  63: 'IB POUNDS',
  64: 'TON SHORT TONS',
  65: 'TON UK LONG TONS',
  66: 'MSCM MILLI SIEMENS PER CENTIMETER',
  67: 'USCM MICRO SIEMENS PER CENTIMETER',
  68: 'N NEWTON',
  69: 'J JOULE',
  70: 'GS GRAMS PER SECOND',
  71: 'GMIN GRAMS PER MINUTE',
  72: 'GH GRAMS PER HOUR',
  73: 'KGS KILOGRAMS PER SECOND',
  74: 'KGMIN KILOGRAMS PER MINUTE',
  75: 'KGH KILOGRAMS PER HOUR',
  76: 'KGD KILOGRAMS PER DAY',
  77: 'TMIN METRIC TONS PER MINUTE',
  78: 'TH METRIC TONS PER HOUR',
  79: 'TD METRIC TONS PER DAY',
  80: 'IBS POUNDS PER SECOND',
  81: 'IBMIN POUNDS PER MINUTE',
  82: 'IBH POUNDS PER HOUR',
  83: 'IBD POUNDS PER DAY',
  84: 'TONMIN SHORT TONS PER MINUTE',
  85: 'TONH SHORT TONS PER HOUR',
  86: 'TOND SHORT TONS PER DAY',
  87: 'TON UKH LONG TONS PER HOUR',
  88: 'TON UKD LONG TONS PER DAY',
  89: 'DTH DEKA THERM',
  90: 'SG SPECIFIC GRAVITY UNITS',
  91: 'GM3 GRAMS PER CUBIC CENTIMETER',
  92: 'KGLM3 KILOGRAMS PER CUBIC METER',
  93: 'IBGAL POUNDS PER GALLON',
  94: 'IBFT POUNDS PER CUBIC FOOT',
  95: 'GML GRAMS PER MILLILITER',
  96: 'KGL KILOGRAMS PER LITER',
  97: 'GL GRAMS PER LITER',
  98: 'IBIN POUNDS PER CUBIC INCH',
  99: 'TONYD3 SHORT TONS PER CUBIC YARD',
  100: 'TW DEGREES TWADDELL',
  101: 'BX DEGREES BRIX',
  102: 'B DEGREES BAUME HEAVY',
  103: 'BE LIGHT DEGREES BAUME LIGHT',
  104: 'DEGREES API DEGREES API',
  105: 'PERCENT SOLIDS PER WEIGHT',
  106: 'PERCENT SOLIDS PER VOLUME',
  107: 'BG DEGREES BALLING',
  108: 'PROOFVOL PROOF PER VOLUME',
  109: 'PROOFMASS PROOF PER MASS',
  110: 'BU BUSHELS',
  111: 'YD3 CUBIC YARDS',
  112: 'FT3 CUBIC FEET',
  113: 'IN3 CUBIC INCHES',
  114: 'INS INCHES PER SECOND',
  115: 'INMIN INCHES PER MINUTE',
  116: 'FTMIN FEET PER MINUTE',
  117: 'S DEGREES PER SECOND',
  118: 'RPS REVOLUTIONS PER SECOND',
  119: 'RPM REVOLUTIONS PER MINUTE',
  120: 'MH METERS PER HOUR',
  121: 'NMH NORMAL CUBIC METER PER HOUR',
  122: 'NIH NORMAL LITER PER HOUR',
  123: 'SCFMIN STANDARD CUBIC FEET PER MINUTE',
  124: 'BBL US',
  125: 'OZ OUNCE',
  126: 'FTLBF FOOT POUND FORCE',
  127: 'KW KILOWATT',
  128: 'KWH KILO WATT HOUR',
  129: 'HP HORSEPOWER',
  130: 'FT3H CUBIC FEET PER HOUR',
  131: 'M3MIN CUBIC METERS PER MINUTE',
  132: 'BBLS BARRELS PER SECOND',
  133: 'BBLMIN BARRELS PER MINUTE',
  134: 'BBLH BARRELS PER HOUR',
  135: 'BBLD BARRELS PER DAY',
  136: 'GALH GALLONS PER HOUR',
  137: 'GAL UKS IMPERIAL GALLONS PER SECOND',
  138: 'IH LITERS PER HOUR',
  139: 'PPM PARTS PER MILLION',
  140: 'MCALTHH MEGA CALORIE PER HOUR',
  141: 'MJH MEGA JOULE PER HOUR',
  142: 'BTUH BRITISH THERMAL UNIT IT PER HOUR',
  143: 'DEGREES',
  144: 'RAD RADIAN',
  145: 'INH20 60 F INCHES OF WATER AT 60 F',
  146: 'UAL MICROGRAMS PER LITER',
  147: 'PGM MICROGRAMS PER CUBIC METER',
  148: 'PERCENT CONSISTENCY',
  149: 'VOL VOLUME PERCENT',
  150: 'PERCENT STEAM QUALITY',
  151: 'FT 16 FEETIN SIXTEENTHS',
  152: 'B CUBIC FEET PER POUND',
  153: 'PF PICOFARADS',
  154: 'MIL MILLILITERS PER LITER',
  155: 'PIN MICROLITERS PER LITER',
  156: 'DB DECIBEL',
  160: 'P PERCENT PLATO',
  161: 'LEL PERCENT LOWER EXPLOSION LEVEL',
  162: 'MCALTH MEGA CALORIE',
  163: 'KQ KILO OHMS',
  164: 'MJ MEGA JOULE',
  165: 'BTU BRITISH THERMAL UNIT',
  166: 'NM3 NORMAL CUBIC METER',
  167: 'NI NORMAL LITER',
  168: 'SCF STANDARD CUBIC FEET',
  169: 'PPB PARTS PER BILLION',
  235: 'GALD GALLONS PER DAY',
  236: 'HL HECTOLITERS',
  237: 'MPA MEGAPASCALS',
  238: 'INH20 4 C INCHES OF WATER AT 4 C',
  239: 'MMH20 4 C MILLIMETERS OF WATER AT 4 C',
  250: 'NAN',
  252: 'UNKNOWN',
  253: 'SPECIAL',
}

/** 21: what a device variable measures; the others from 1 to 95 are reserved (`className`). */
export const CLASSES: Readonly<Record<number, string>> = {
  0: 'DEVICE VARIABLE NOT CLASSIFIED',
  64: 'TEMPERATURE',
  65: 'PRESSURE',
  66: 'VOLUMETRIC FLOW',
  67: 'VELOCITY',
  68: 'VOLUME',
  69: 'LENGTH',
  70: 'TIME',
  71: 'MASS',
  72: 'MASS FLOW',
  73: 'MASS PER VOLUME',
  74: 'VISCOSITY',
  75: 'ANGULAR VELOCITY',
  76: 'AREA',
  77: 'ENERGY WORK',
  78: 'FORCE',
  79: 'POWER',
  80: 'FREQUENCY',
  81: 'ANALYTICAL',
  82: 'CAPACITANCE',
  83: 'ELECTROMOTIVE FORCE ELECTRIC POTENTIAL',
  84: 'CURRENT',
  85: 'RESISTANCE',
  86: 'ANGLE',
  87: 'CONDUCTANCE',
  88: 'VOLUME PER VOLUME',
  89: 'VOLUME PER MASS',
  90: 'CONCENTRATION',
  96: 'ACCELERATION',
  97: 'TURBIDITY',
  98: 'TEMPERATURE DIFFERENCE',
  99: 'VOLUMETRIC GAS FLOW PER SECOND',
  100: 'VOLUMETRIC GAS FLOW PER MINUTE',
  101: 'VOLUMETRIC GAS FLOW PER HOUR',
  102: 'VOLUMETRIC GAS FLOW PER DAY',
  103: 'VOLUMETRIC LIQUID FLOW PER SECOND',
  104: 'VOLUMETRIC LIQUID FLOW PER MINUTE',
  105: 'VOLUMETRIC LIQUID FLOW PER HOUR',
  106: 'VOLUMETRIC LIQUID FLOW PER DAY',
  107: 'THERMAL EXPANSION',
  108: 'VOLUMETRIC ENERGY DENSITY',
  109: 'MASS ENERGY DENSITY',
  110: 'TORQUE',
  111: 'MISCELLANEOUS',
  112: 'TORSIONAL STIFFNESS',
  113: 'LINEAR STIFFNESS',
}

export function className(code: number): string | undefined {
  return CLASSES[code] ?? (code < 96 ? `${code} RESERVED` : undefined)
}

/** 57: what a device is. */
export const PROFILES: Readonly<Record<number, string>> = {
  1: 'PROCESS AUTOMATION DEVICE',
  2: 'DISCRETE DEVICE',
  3: 'HYBRID PROCESS AUTOMATION DISCRETE',
  4: 'IO SYSTEM',
  14: 'DISCRETE ADAPTER',
  65: 'HART IP PROCESS AUTOMATION DEVICE',
  66: 'HART IP DISCRETE DEVICE',
  67: 'HART IP HYBRID PROCESS AUTOMATION DISCRETE',
  68: 'HART IP IO SYSTEM',
  129: 'WIRELESSHART PROCESS AUTOMATION DEVICE',
  130: 'WIRELESSHART DISCRETE DEVICE',
  131: 'WIRELESSHART HYBRID PROCESS AUTOMATION DISCRETE',
  132: 'WIRELESSHART GATEWAY',
  140: 'WIRELESSHART ACCESS POINT',
  141: 'WIRELESSHART PROCESS ADAPTER',
  142: 'WIRELESSHART DISCRETE ADAPTER',
  144: 'WIRELESSHART ENABLED HANDHELD PORTABLE MAINTENANCE TOOL',
}

/** 10: physical signaling. */
export const SIGNALING: Readonly<Record<number, string>> = {
  0: 'BELL 202 CURRENT',
  1: 'BELL 202 VOLTAGE',
  2: 'RS 485',
  3: 'RS 232',
  4: 'WIRELESS',
  6: 'SPECIAL',
}

/** 16: loop current mode. */
export const LOOP_MODES: Readonly<Record<number, string>> = {
  0: 'DISABLED',
  1: 'ENABLED',
}

/** 6: what the loop current does in an alarm. */
export const ALARMS: Readonly<Record<number, string>> = {
  0: 'HIGH',
  1: 'LOW',
  239: 'HOLD LAST OUTPUT VALUE',
  250: 'NOTUSED',
  251: 'NONE',
  252: 'UNKNOWN',
  253: 'SPECIAL',
}

/** 3: how the primary variable becomes a current. */
export const TRANSFERS: Readonly<Record<number, string>> = {
  0: 'LINEAR',
  1: 'SQUAREROOT',
  2: 'SQUARE ROOT THIRD POWER',
  3: 'SQUARE ROOT FIFTH POWER',
  4: 'SPECIAL CURVE',
  5: 'SQUARE',
  6: 'SQUARE ROOT WITH CUTOFF BASED ON DIFERENTIAL PRESSURE ORFICE PLATE',
  10: 'EQUAL PERCENTAGE 125',
  11: 'EQUAL PERCENTAGE 133',
  12: 'EQUAL PERCENTAGE 150',
  15: 'QUICK OPEN 125',
  16: 'QUICK OPEN 133',
  17: 'QUICK OPEN 150',
  100: 'FLAT BOTTOM TANK',
  101: 'CONICAL OR PYRAMIDAL BOTTOM TANK',
  102: 'PARABOLIC BOTTOM TANK',
  103: 'SPHERICAL BOTTOM TANK',
  104: 'ANGLED BOTTOM TANK',
  105: 'FLAT END CYLINDER TANK',
  106: 'PARABOLIC END CYLINDER TANK',
  107: 'SPHERICAL TANK',
  230: 'DISCRETE SWITCH',
  231: 'SQUARE ROOT PLUS SPECIAL CURVE',
  232: 'SQUARE ROOT THIRD POWER PLUS SPECIAL CURVE',
  233: 'SQUARE ROOT FIFTH POWER PLUS SPECIAL CURVE',
  250: 'NOTUSED',
  251: 'NONE',
  252: 'UNKNOWN',
  253: 'SPECIAL',
}

/** 7: write protection. */
export const WRITE_PROTECT: Readonly<Record<number, string>> = {
  0: 'NO',
  1: 'YES',
  250: 'NOTUSED',
  251: 'NONE',
  252: 'UNKNOWN',
  253: 'SPECIAL',
}

/** 20: device families. */
export const FAMILIES: Readonly<Record<number, string>> = {
  0: 'Reserved',
  1: 'Reserved',
  2: 'Reserved',
  3: 'Reserved',
  4: 'Temperature',
  5: 'Pressure',
  6: 'Valve / Actuator',
  7: 'Simple PID Controle',
  8: 'pH',
  9: 'Conductivity',
  10: 'Totalizer',
  11: 'Level',
  12: 'Vortex Flow',
  13: 'Mag Flow',
  14: 'Coriolis Flow',
  15: 'Modulating Final Control',
  250: 'Not Used',
}

/** Command 39. */
export const EEPROM: Readonly<Record<number, string>> = {
  0: 'Burn EEPROM',
  1: 'Restore Shadow RAM',
}

/** 18: locks. */
export const LOCKS: Readonly<Record<number, string>> = {
  0: 'Unlock',
  1: 'Lock - Temporary',
  2: 'Lock - Permanent',
  3: 'Lock - All',
}

/** 66: squawk control. */
export const SQUAWKS: Readonly<Record<number, string>> = {
  0: 'Off',
  1: 'On',
  2: 'Squawk Once',
}

/** Command 87. */
export const MASTER_MODES: Readonly<Record<number, string>> = {
  0: 'Secondary',
  1: 'Primary',
}

/** 19: how a device variable is written. */
export const WRITE_CODES: Readonly<Record<number, string>> = {
  0: 'Normal',
  1: 'Fixed Value',
}

/** 22: trim points. */
export const TRIM_POINTS: Readonly<Record<number, string>> = {
  0: 'No Trim Point Supported',
  1: 'Lower Trim Point Supported',
  2: 'Upper Trim Point Supported',
  3: 'Lower and Upper Trim Point Supported',
}

/** 38: what is done with the clock. */
export const TIME_SETS: Readonly<Record<number, string>> = {
  0: 'Read Receive Time',
  1: 'Write Date and Time',
}

/** 14: operating modes. */
export const OPERATING_MODES: Readonly<Record<number, string>> = {
  0: 'Reserved',
}

/** quality of a value. */
export const DATA_STATUS: Readonly<Record<number, string>> = {
  0: 'Bad',
  1: 'Poor Accuracy',
  2: 'Manual/Fixed',
  3: 'Good',
}

/** limits of a value. */
export const LIMITS: Readonly<Record<number, string>> = {
  0: 'Not Limited',
  1: 'Low Limited',
  2: 'High Limited',
  3: 'Constant',
}

/** HCF_SPEC-085 §10.3: types of message. */
export const MESSAGE_TYPES: Readonly<Record<number, string>> = {
  0: 'Request',
  1: 'Response',
  2: 'Publish',
  15: 'Negative Acknowledgement',
}

/** What a message is about. */
export const MESSAGE_IDS: Readonly<Record<number, string>> = {
  0: 'Session Initiate',
  1: 'Session Close',
  2: 'Keep Alive',
  3: 'Token Passing PDU',
  4: 'Direct PDU',
  5: 'Read Audit Log',
}

/** Outcome of a message. */
export const STATUS: Readonly<Record<number, string>> = {
  0: 'Success',
  2: 'Invalid Selection Error',
  5: 'Too Few Data Bytes Received Error',
  6: 'Device-specific Command Error',
  8: 'Set to Nearest Possible Value Warning',
  9: 'Security Not Initialized Error',
  14: 'Protocol Version Not Supported Warning',
  15: 'All Available Sessions in Use Error',
  16: 'Access Restricted Error',
  30: 'Insecure Session Already Exists Warning',
}

/** Delimiter, bit 7. */
export const ADDRESS_TYPES: Readonly<Record<number, string>> = {
  0: 'Polling Address',
  1: 'Unique Address',
}

/** Delimiter, bits 3 and 4. */
export const LAYERS: Readonly<Record<number, string>> = {
  0: 'Asynchronous',
  1: 'Synchronous',
}

/** Delimiter, bits 0 to 2. */
export const FRAMES: Readonly<Record<number, string>> = {
  1: 'Back Burst Frame',
  2: 'STX Master to Field',
  6: 'Acknowledgement Field to Master',
}

/** Response codes of commands (HCF_SPEC-307), for people. */
export const RESPONSES: Readonly<Record<number, string>> = {
  0: '',
  1: 'undefined',
  2: 'invalid selection',
  3: 'parameter too large',
  4: 'parameter too small',
  5: 'too few data bytes',
  6: 'device specific error',
  7: 'in write protect mode',
  8: 'set to nearest possible value',
  9: 'lower range value too high',
  10: 'lower range value too low',
  11: 'upper range value too high',
  12: 'upper range value too low',
  13: 'upper and lower range values out of limits',
  14: 'span too small',
  16: 'access restricted',
  17: 'invalid device variable index',
  18: 'invalid units code',
  19: 'device variable index not allowed',
  20: 'invalid extended command number',
  21: 'invalid I/O card number',
  22: 'invalid channel number',
  23: 'sub-device response too long',
  28: 'invalid range units code',
  29: 'invalid device',
  32: 'busy',
  33: 'delayed response initiated',
  34: 'delayed response running',
  35: 'delayed response dead',
  36: 'delayed response conflict',
  60: 'payload too long',
  61: 'no buffers available',
  62: 'no alarm or event buffers available',
  63: 'priority too low',
  64: 'command not implemented',
}
