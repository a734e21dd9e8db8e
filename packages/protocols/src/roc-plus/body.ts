/**
 * The data of each opcode, field by field, under the names of ICSNPP's columns. Numbers of several bytes are read most
 * significant byte first, as its logs print them; `observe.ts` reads what it needs in the order the manual gives.
 */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { Cell } from '../protocol.ts'
import { fileCommand, readFile, readTransactions } from './body-commands.ts'
import {
  COMPATIBILITY,
  DAYS,
  ERRORS,
  HISTORY_COMMANDS,
  HISTORY_TYPES,
  IO_REQUESTS,
  OTHER_ROC,
  POINT_OWNERS,
  POINT_TYPES_KEPT,
  REVISIONS,
  ROC_TYPES,
  SUBTYPES,
  SYSTEM_MODES,
} from './roc-plus.table.ts'
import { type Content, type Fields, hexOf } from './text.ts'

const NOTHING: readonly Content[] = []
const UNKNOWN = 'Unknown'

type Body = (r: Reader, isRequest: boolean) => Content | readonly Content[]

export function readBody(r: Reader, opcode: number, type: 'Request' | 'Response' | 'Unknown', length: number): readonly Content[] {
  const read = BODIES[opcode]
  if (type === 'Unknown') {
    if (opcode === 139 || opcode === 206) return unknownCommand(r, opcode)
    return [{ log: 'unknown_data', fields: { data: hexOf(r.view(r.left, 'data')) } }]
  }
  if (opcode === 203) return [readFile(r, fileCommand(r.peek(), length), type === 'Request')]
  if (opcode === 17) return readLogin(r, length)
  if (read === undefined) return NOTHING
  if (length === 0) return NOTHING
  const content = read(r, type === 'Request')
  return Array.isArray(content) ? content : [content as Content]
}

function unknownCommand(r: Reader, opcode: number): readonly Content[] {
  const command = r.u8('command')
  const data = hexOf(r.view(r.left, 'data'))
  const name = opcode === 139 ? `${HISTORY_COMMANDS[command] ?? UNKNOWN},` : ''
  return [{ log: 'unknown_data', fields: { data: name + data } }]
}

function numbers(count: number, r: Reader, read: () => number): number[] {
  const out: number[] = []
  for (let i = 0; i < count && r.left > 0; i++) out.push(read())
  return out
}

function blocks(count: number, size: number, r: Reader, label: string): string[] {
  const out: string[] = []
  for (let i = 0; i < count && r.left > 0; i++) out.push(hexOf(r.view(size, label)))
  return out
}

const BODIES: Readonly<Record<number, Body>> = {
  6: (r) => {
    const mode = r.u8('system mode')
    const port = r.u16('port')
    const security = r.u8('security access mode')
    const compatibility = r.u8('logical compatibility')
    const revision = r.u8('opcode revision')
    const subtype = r.u8('subtype')
    r.view(11, 'reserved')
    const type = r.u8('type of ROC')
    return {
      log: 'sys_cfg',
      fields: {
        system_mode: SYSTEM_MODES[mode] ?? UNKNOWN,
        port_number: port,
        security_access_mode: security,
        logical_compatability_status: COMPATIBILITY[compatibility] ?? UNKNOWN,
        opcode_revision: REVISIONS[revision] ?? UNKNOWN,
        subtype: SUBTYPES[subtype] ?? UNKNOWN,
        type_of_roc: ROC_TYPES[type] ?? OTHER_ROC,
        point_types: numbers(POINT_TYPES_KEPT[revision === 0 ? 0 : 1]!, r, () => r.u8('points of the type')),
      },
    }
  },
  7: (r) => clock(r, true),
  8: (r) => clock(r, false),
  10: (r, isRequest) => {
    const fields = tableFields(r)
    if (isRequest) return { log: 'configurable_opcode', fields }
    return { log: 'configurable_opcode', fields: { ...fields, table_version_number: r.u32('version'), data: rest(r) } }
  },
  11: (r) => ({ log: 'configurable_opcode', fields: { ...tableFields(r), data: rest(r) } }),
  24: (r) => {
    const fields: Record<string, Cell> = { host_address: r.u8('host address'), host_group: r.u8('host group') }
    for (let hop = 1; hop <= 4; hop++) {
      fields[`dest${hop}_address`] = r.u8(`destination ${hop} address`)
      fields[`dest${hop}_group`] = r.u8(`destination ${hop} group`)
    }
    fields.desired_opcode = r.u8('opcode to forward')
    fields.num_data_bytes = r.u8('bytes to forward')
    fields.opcode_data = rest(r)
    return { log: 'store_and_forward', fields }
  },
  50: (r, isRequest) => (isRequest ? request({ io_data_req: IO_REQUESTS[r.u8('wanted')] ?? UNKNOWN }) : request({ io_data: rest(r) })),
  100: (r, isRequest) => {
    const fields = { command: r.u8('command'), start_point: r.u8('first point'), num_points: r.u8('points') }
    if (isRequest) return { log: 'user_defined_info', fields }
    const owners = numbers(fields.num_points, r, () => r.u8('owner')).map((owner) => POINT_OWNERS[owner] ?? UNKNOWN)
    return { log: 'user_defined_info', fields: { ...fields, point_types: owners } }
  },
  105: readMinMax,
  108: (r, isRequest) => {
    const history_segment = r.u8('history segment')
    const num_points = r.u8('points')
    const periodic_index = isRequest ? undefined : r.u16('periodic index')
    const points = numbers(num_points, r, () => r.u8('history point')).map((n) => `0x${n.toString(16).padStart(2, '0')}`)
    const tag = isRequest ? undefined : hexOf(r.view(10, 'tag'))
    return request({ history_segment, num_points, historical_points: points, periodic_index, tag })
  },
  118: (r, isRequest) => {
    const fields = { num_alarms: r.u8('alarms'), starting_alarm_log_idx: r.u16('first index') }
    if (isRequest) return request(fields)
    const current_alarm_log_idx = r.u16('current index')
    return request({ ...fields, current_alarm_log_idx, alarm_data: blocks(fields.num_alarms, 23, r, 'alarm') })
  },
  119: (r, isRequest) => {
    const count = r.u8('events')
    const starting_event_log_idx = r.u16('first index')
    if (isRequest) return request({ num_events_req: count, starting_event_log_idx })
    const current_event_log_idx = r.u16('current index')
    return request({ starting_event_log_idx, num_events_sent: count, current_event_log_idx, event_data: blocks(count, 22, r, 'event') })
  },
  135: (r, isRequest) => {
    const fields = { history_segment: r.u8('history segment'), point_number: r.u8('point') }
    if (isRequest) {
      const type_of_history = HISTORY_TYPES[r.u8('type of history')] ?? UNKNOWN
      return pointData({ ...fields, type_of_history, history_segment_index: r.u16('index'), num_values_requested: r.u8('values') })
    }
    const history_segment_index = r.u16('index')
    const num_values_sent = r.u8('values')
    const history_values = numbers(num_values_sent, r, () => r.u32('value'))
    return pointData({ ...fields, history_segment_index, num_values_sent, history_values })
  },
  136: (r, isRequest) => {
    const history_segment = r.u8('history segment')
    const history_segment_index = r.u16('index')
    if (isRequest) {
      const type_of_history = HISTORY_TYPES[r.u8('type of history')] ?? UNKNOWN
      const asked = { point_number: r.u8('first point'), num_history_points: r.u8('points'), num_time_periods: r.u8('periods') }
      return pointData({ history_segment, history_segment_index, type_of_history, ...asked })
    }
    const current_history_segment_index = r.u16('current index')
    const count = r.u8('elements')
    const times: number[] = []
    const values: number[] = []
    for (let i = 0; i < count >> 1 && r.left > 0; i++) {
      times.push(r.u32('time'))
      values.push(r.u32('value'))
    }
    const sent = { num_data_elements_sent: count, history_timestamps: times, history_values: values }
    return pointData({ history_segment, history_segment_index, current_history_segment_index, ...sent })
  },
  137: (r, isRequest) => {
    const history_segment = r.u8('history segment')
    if (isRequest) return request({ history_segment, day_requested: r.u8('day'), month_requested: r.u8('month') })
    const periodic = { starting_periodic_idx: r.u16('first periodic index'), num_periodic_entries: r.u16('periodic entries') }
    return request({ history_segment, ...periodic, daily_index: r.u16('daily index'), num_daily_entries: r.u16('daily entries') })
  },
  138: (r, isRequest) => {
    const history_segment = r.u8('history segment')
    const history_point = r.u8('history point')
    const asked = { history_segment, history_point, day_requested: r.u8('day'), month_requested: r.u8('month') }
    if (isRequest) return request(asked)
    const counts = { num_periodic_entries: r.u16('periodic entries'), num_daily_entries: r.u16('daily entries') }
    const periodic_values = numbers(counts.num_periodic_entries, r, () => r.u32('periodic value'))
    return request({ ...asked, ...counts, periodic_values, daily_values: numbers(counts.num_daily_entries, r, () => r.u32('daily value')) })
  },
  139: readHistory,
  166: (r) => ({ log: 'single_point_parameters', fields: { ...pointFields(r), parameter_data: hexOf(r.view(r.left, 'values')) } }),
  167: (r, isRequest) => {
    const fields = pointFields(r)
    const data = isRequest ? undefined : hexOf(r.view(r.left, 'values'))
    return { log: 'single_point_parameters', fields: { ...fields, parameter_data: data } }
  },
  206: readTransactions,
  224: (r, isRequest) => {
    if (isRequest && r.left === 2) return request({ current_alarm_log_idx: r.u16('alarm index') })
    return { log: 'unknown_data', fields: { data: hexOf(r.view(r.left, 'data')) } }
  },
  225: (r) => request({ current_alarm_log_idx: r.u16('alarm index') }),
  255: (r) => {
    const codes: string[] = []
    const offsets: number[] = []
    while (r.left > 1) {
      codes.push(ERRORS[r.u8('error')] ?? UNKNOWN)
      offsets.push(r.u8('at offset'))
    }
    return { log: '', fields: { error_code: codes, error_offset: offsets } }
  },
}

const request = (fields: Fields): Content => ({ log: 'data_request', fields })
const pointData = (fields: Fields): Content => ({ log: 'history_point_data', fields })

function rest(r: Reader): string {
  return byteText(r.view(r.left, 'data'))
}

function tableFields(r: Reader): Record<string, number> {
  return { table_number: r.u8('table'), starting_table_location: r.u8('first location'), num_table_locations: r.u8('locations') }
}

function pointFields(r: Reader): Record<string, number> {
  const point = { point_type: r.u8('point type'), point_logic_number: r.u8('logical number') }
  return { ...point, num_parameters: r.u8('parameters'), start_parameter_num: r.u8('first parameter') }
}

function clock(r: Reader, hasDay: boolean): Content {
  const [second, minute, hour] = [r.u8('second'), r.u8('minute'), r.u8('hour')]
  const [day, month, year] = [r.u8('day'), r.u8('month'), r.u16('year')]
  return {
    log: 'realtime_clock',
    fields: {
      current_second: second,
      current_minute: minute,
      current_hour: hour,
      current_day: day,
      current_month: month,
      current_year: year,
      current_day_of_week: hasDay ? DAYS[r.u8('day of week')] || UNKNOWN : undefined,
      timestamp: Date.UTC(year, month - 1, day, hour, minute, second) / 1000,
    },
  }
}

/** Lengths tell what it is: opcode 17 has no command. */
function readLogin(r: Reader, length: number): readonly Content[] {
  const login = (fields: Fields): Content[] => [{ log: 'login', fields }]
  switch (length) {
    case 0:
      return NOTHING
    case 6:
    case 11: {
      const operator_id = hexOf(r.view(3, 'operator'))
      r.view(2, 'password')
      return login({ operator_id, password: '', ...(length === 6 ? level(r) : logout(r)) })
    }
    case 71:
    case 76: {
      const operator_id = hexOf(r.view(30, 'operator'))
      r.view(40, 'password')
      return login({ operator_id, password: '', ...(length === 71 ? level(r) : logout(r)) })
    }
    case 13:
      return login({ session_key_string: hexOf(r.view(13, 'session key request')) })
    case 24:
      return login({ wrapped_session_key: hexOf(r.view(24, 'wrapped session key')) })
    default:
      return [{ log: 'unknown_data', fields: { data: hexOf(r.view(length - 1, 'data')) } }]
  }
}

const level = (r: Reader): Fields => ({ access_level: r.u8('access level') })
const logout = (r: Reader): Fields => ({ logout_string: hexOf(r.view(6, 'logout string')) })

function readMinMax(r: Reader, isRequest: boolean): Content {
  const log = 'historical_min_max_vals'
  const asked = { history_segment: r.u8('history segment'), historical_point_number: r.u8('history point') }
  if (isRequest) return { log, fields: asked }
  const point = {
    historical_archival_method: r.u8('archival method'),
    point_type: r.u8('point type'),
    point_logic_number: r.u8('logical number'),
    parameter_number: r.u8('parameter'),
  }
  const now = { current_value: r.u32('current value') }
  const today = { minimum_value_since_contract: r.u32('minimum'), maximum_value_since_contract: r.u32('maximum') }
  // Each time stands behind a byte of its own (table 2-14).
  const when = { time_of_min_value_occurrence: stamped(r), time_of_max_value_occurrence: stamped(r) }
  const yesterday = { minimum_value_yesterday: r.u32('minimum yesterday'), maximum_value_yesterday: r.u32('maximum yesterday') }
  const then = { time_of_yesterday_min_value: stamped(r), time_of_yesterday_max_value: stamped(r) }
  const last = { value_during_last_completed_period: r.u32('last period') }
  return { log, fields: { ...asked, ...point, ...now, ...today, ...when, ...yesterday, ...then, ...last } }
}

function stamped(r: Reader): number {
  r.u8('hundredths')
  return r.u32('time')
}

function readHistory(r: Reader, isRequest: boolean): readonly Content[] {
  const number = r.u8('command')
  const command = HISTORY_COMMANDS[number] ?? UNKNOWN
  const history_segment = r.u8('history segment')
  const log = 'history_information'
  if (number === 0) {
    if (isRequest) return [{ log, fields: { command, history_segment } }]
    const num_configured_points = r.u8('configured points')
    const configured_points = numbers(num_configured_points, r, () => r.u8('point'))
    return [{ log, fields: { command, history_segment, num_configured_points, configured_points } }]
  }
  const index = r.u16('index')
  const type = isRequest ? (HISTORY_TYPES[r.u8('type of history')] ?? UNKNOWN) : undefined
  const periods = { num_time_periods: r.u8('periods'), request_timestamps: r.u8('with times'), num_points: r.u8('points') }
  if (isRequest) {
    const requested_history_points = numbers(periods.num_points, r, () => r.u8('point'))
    const fields = { command, history_segment, history_segment_index: index, type_of_history: type, ...periods, requested_history_points }
    return [{ log, fields }]
  }
  const out: Content[] = [{ log, fields: { command, history_segment, current_index: index, ...periods } }]
  for (let i = 0; i < periods.num_time_periods && r.left > 0; i++) {
    const timestamp_for_index = periods.request_timestamps === 0 ? undefined : r.u32('time')
    const history_point_values = numbers(periods.num_points, r, () => r.u32('value'))
    // ICSNPP's row holds the value of the first point only.
    history_point_values.length = Math.min(1, history_point_values.length)
    out.push({ log: 'time_period_history_points', fields: { timestamp_for_index, history_point_values } })
  }
  return out
}
