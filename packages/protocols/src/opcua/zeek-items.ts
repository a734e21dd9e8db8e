/** Rows about subscriptions, monitored items and their filters. */
import { hex } from '../icsnpp.ts'
import type { Of } from './built-in.ts'
import { type LogWriter, nodeCells, SOURCE, unixTime, unlessEmpty, type Values } from './log-writer.ts'
import { ATTRIBUTES, DEADBANDS, MONITORING_MODES, OBJECT_TYPES, OPERATORS, TIMESTAMPS, TRIGGERS } from './names.table.ts'
import * as o from './objects.ts'
import type { Opcua } from './opcua.ts'
import { SERVICE } from './services.table.ts'
import type * as s from './structures.ts'
import type { ExtensionObject } from './variant.ts'
import { ORIGIN, variantRows } from './zeek-variant.ts'

export function itemRows(m: Opcua, out: LogWriter, link: string): void {
  switch (m.service!.id) {
    case SERVICE.createSubscriptionRequest: {
      const b = m.body as Of<typeof s.createSubscriptionRequest>
      return out.row('create_subscription', {
        opcua_link_id: link,
        requested_publishing_interval: Number.isFinite(b.publishingInterval) ? Math.trunc(b.publishingInterval) : 0,
        requested_lifetime_count: b.lifetimeCount,
        requested_max_keep_alive_count: b.maxKeepAliveCount,
        max_notifications_per_publish: b.maxNotifications,
        publishing_enabled: b.publishingEnabled,
        priority: b.priority,
      })
    }
    case SERVICE.createSubscriptionResponse: {
      const b = m.body as Of<typeof s.createSubscriptionResponse>
      return out.row('create_subscription', {
        opcua_link_id: link,
        subscription_id: b.subscriptionId,
        revised_publishing_interval: Number.isFinite(b.publishingInterval) ? Math.trunc(b.publishingInterval) : 0,
        revised_lifetime_count: b.lifetimeCount,
        revised_max_keep_alive_count: b.maxKeepAliveCount,
      })
    }
    case SERVICE.createItemsRequest:
      return itemsRequest(m.body as Of<typeof s.createItemsRequest>, out, link)
    case SERVICE.createItemsResponse:
      return itemsResponse(m, m.body as Of<typeof s.createItemsResponse>, out)
    default:
  }
}

function itemsRequest(b: Of<typeof s.createItemsRequest>, out: LogWriter, link: string): void {
  const items = b.items.length === 0 ? undefined : out.id()
  for (const { item, mode, parameters } of b.items) {
    out.row('create_monitored_items_create_item', {
      create_item_link_id: items,
      ...nodeCells('item_to_monitor_node_id', item.nodeId),
      item_to_monitor_attribute_id: ATTRIBUTES[item.attributeId] ?? '',
      item_to_monitor_index_range: unlessEmpty(item.indexRange),
      item_to_monitor_namespace_idx: item.dataEncoding.namespace === 0 ? undefined : item.dataEncoding.namespace,
      item_to_monitor_name: unlessEmpty(item.dataEncoding.name),
      monitoring_mode: MONITORING_MODES[mode],
      monitoring_parameters_client_handle: parameters.clientHandle,
      monitoring_parameters_sampling_interval: parameters.samplingInterval,
      monitoring_parameters_queue_size: parameters.queueSize,
      monitoring_parameters_discard_oldest: parameters.discardOldest,
      ...filterInfo(parameters.filter, out),
    })
  }
  out.row('create_monitored_items', {
    opcua_link_id: link,
    subscription_id: b.subscriptionId,
    timestamps_to_return: b.timestampsToReturn,
    timestamps_to_return_str: TIMESTAMPS[b.timestampsToReturn] ?? '',
    create_item_link_id: items,
  })
}

/** The answer's row has no link to its message in ICSNPP's log. */
function itemsResponse(m: Opcua, b: Of<typeof s.createItemsResponse>, out: LogWriter): void {
  const items = b.results.length === 0 ? undefined : out.id()
  for (const result of b.results) {
    out.status(items!, SOURCE.createItems, result.status)
    out.row('create_monitored_items_create_item', {
      create_item_link_id: items,
      ...filterInfo(result.filterResult, out),
      monitored_item_index_id: result.itemId,
      monitoring_parameters_revised_sampling_interval: result.samplingInterval,
      monitoring_parameters_revised_queue_size: result.queueSize,
    })
  }
  out.row('create_monitored_items', {
    create_item_link_id: items,
    create_monitored_items_diag_info_link_id: out.diagnostics(b.diagnostics, m.response?.strings ?? []),
  })
}

function filterInfo(filter: ExtensionObject, out: LogWriter): Values {
  if (filter.typeId === 0) return {}
  const link = out.id()
  filterRows(filter, out, link)
  const prefix = 'monitoring_parameters_filter_info_type_id'
  return { filter_info_details_link_id: link, ...objectInfo(prefix, filter) }
}

const objectInfo = (prefix: string, object: ExtensionObject): Values => ({
  ...nodeCells(`${prefix}_node_id`, object.type),
  [`${prefix}_string`]: OBJECT_TYPES[object.typeId] ?? '',
  [`${prefix}_encoding`]: hex(object.encoding, 2),
})

function filterRows({ typeId, body }: ExtensionObject, out: LogWriter, link: string): void {
  if (body === undefined) return
  switch (typeId) {
    case o.BODY.dataChangeFilter: {
      const f = body as o.DataChangeFilter
      return out.row('data_change_filter', {
        monitored_parameters_link_id: link,
        trigger: TRIGGERS[f.trigger] ?? '',
        deadband_type: DEADBANDS[f.deadbandType] ?? '',
        deadband_value: f.deadbandValue,
      })
    }
    case o.BODY.eventFilter:
      return eventFilter(body as o.EventFilter, out, link)
    case o.BODY.eventFilterResult:
      return eventFilterResult(body as o.EventFilterResult, out, link)
    case o.BODY.aggregateFilter: {
      const f = body as o.AggregateFilter
      return out.row('aggregate_filter', {
        monitored_parameters_link_id: link,
        start_time: f.startTime,
        start_time_str: f.startTime === 0 ? undefined : calendar(f.startTime),
        ...nodeCells('aggregate_type', f.aggregateType),
        processing_interval: f.processingInterval,
        ...configuration('', f.configuration),
      })
    }
    case o.BODY.aggregateFilterResult: {
      const f = body as o.AggregateFilterResult
      const values: Values = {
        monitored_parameters_link_id: link,
        revised_start_time: f.startTime,
        revised_start_time_str: f.startTime === 0 ? undefined : calendar(f.startTime),
        revised_processing_interval: f.processingInterval,
        ...configuration('revised_', f.configuration),
      }
      return out.row('aggregate_filter', values, 'nobody')
    }
    default:
  }
}

function configuration(prefix: string, c: o.AggregateFilter['configuration']): Values {
  return {
    [`${prefix}use_server_capabilities_default`]: c.useServerDefault,
    [`${prefix}treat_uncertain_as_bad`]: c.treatUncertainAsBad,
    [`${prefix}percent_data_good`]: c.percentGood,
    [`${prefix}percent_data_bad`]: c.percentBad,
    [`${prefix}use_slopped_extrapolation`]: c.useSlopedExtrapolation,
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Jan 11, 2023 17:15:50 UTC` */
function calendar(ticks: number): string {
  const ms = Math.trunc(unixTime(ticks)) * 1000
  if (Math.abs(ms) > 8.64e15) return ''
  const at = new Date(ms)
  const day = String(at.getUTCDate()).padStart(2, '0')
  return `${MONTHS[at.getUTCMonth()]} ${day}, ${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)} UTC`
}

function eventFilter(f: o.EventFilter, out: LogWriter, link: string): void {
  const select = f.select.length === 0 ? undefined : out.id()
  for (const operand of f.select) {
    const cells = simpleOperand(operand, out, 'SelectClause')
    out.row('event_filter_select_clause', { select_clause_link_id: select, ...cells })
  }
  const where = out.id()
  const elements = f.where.length === 0 ? undefined : out.id()
  for (const element of f.where) {
    for (const operand of element.operands) {
      const operandLink = out.id()
      operandRows(operand, out, operandLink)
      out.row('event_filter_where_clause_elements', {
        content_filter_element_link_id: elements,
        filter_operator: OPERATORS[element.operator] ?? '',
        ...objectInfo('content_filter_filter_operand_type_id', operand),
        content_filter_filter_operand_link_id: operandLink,
      })
    }
  }
  out.row('event_filter_where_clause', { where_clause_link_id: where, content_filter_element_link_id: elements })
  out.row('event_filter', {
    monitored_parameters_link_id: link,
    select_clause_link_id: select,
    where_clause_content_filter_link_id: where,
  })
}

function eventFilterResult(f: o.EventFilterResult, out: LogWriter, link: string): void {
  const select = out.id()
  const status = f.select.length === 0 ? undefined : out.id()
  for (const code of f.select) out.status(status!, SOURCE.selectClause, code)
  out.row('event_filter_select_clause', {
    select_clause_link_id: select,
    select_clause_status_code_link_id: status,
    select_clause_diagnostic_info_link_id: out.diagnostics(f.diagnostics, []),
  })
  const where = out.id()
  const elements = f.elements.length === 0 ? undefined : out.id()
  const elementStatus = f.elements.length === 0 ? undefined : out.id()
  for (const element of f.elements) {
    out.status(elementStatus!, SOURCE.filterElement, element.status, 1)
    const operands = element.operands.length === 0 ? undefined : out.id()
    for (const code of element.operands) out.status(operands!, SOURCE.operand, code)
    out.row('event_filter_where_clause_elements', {
      content_filter_element_link_id: elements,
      content_filter_operand_status_code_link_id: operands,
      content_filter_operand_diag_info_link_id: out.diagnostics(element.diagnostics, []),
    })
  }
  out.row('event_filter_where_clause', {
    where_clause_link_id: where,
    content_filter_element_link_id: elements,
    content_filter_status_code_link_id: elementStatus,
    content_filter_diag_info_link_id: out.diagnostics(f.elementDiagnostics, []),
  })
  out.row('event_filter', {
    monitored_parameters_link_id: link,
    select_clause_link_id: select,
    where_clause_content_filter_link_id: where,
  })
}

function simpleOperand(operand: o.SimpleOperand, out: LogWriter, source: string): Values {
  const path = operand.path.length === 0 ? undefined : out.id()
  for (const { namespace, name } of operand.path) {
    out.row('event_filter_simple_attribute_operand_browse_paths', {
      simple_attribute_operand_browse_path_link_id: path,
      browse_path_src: source,
      namespace_index: namespace,
      name: unlessEmpty(name),
    })
  }
  return {
    ...nodeCells('type_id', operand.typeId),
    simple_attribute_operand_browse_path_link_id: path,
    attribute_id: ATTRIBUTES[operand.attributeId] ?? '',
    index_range: unlessEmpty(operand.indexRange),
  }
}

function operandRows({ typeId, body }: ExtensionObject, out: LogWriter, link: string): void {
  if (body === undefined) return
  switch (typeId) {
    case o.BODY.elementOperand:
      return out.row('event_filter_element_operand', {
        content_filter_filter_operand_link_id: link,
        element_index: (body as o.ElementOperand).index,
      })
    case o.BODY.literalOperand: {
      const value = out.id()
      variantRows((body as o.LiteralOperand).value, out, value, ORIGIN.literal)
      return out.row('event_filter_literal_operand', {
        content_filter_filter_operand_link_id: link,
        literal_operand_variant_link: value,
      })
    }
    case o.BODY.simpleOperand: {
      const cells = simpleOperand(body as o.SimpleOperand, out, 'SimpleAttributeOperand')
      return out.row('event_filter_simple_attribute_operand', { content_filter_filter_operand_link_id: link, ...cells })
    }
    case o.BODY.attributeOperand:
      return attributeOperand(body as o.AttributeOperand, out, link)
    default:
  }
}

function attributeOperand(operand: o.AttributeOperand, out: LogWriter, link: string): void {
  const { elements } = operand.path
  const path = elements.length === 0 ? undefined : out.id()
  for (const element of elements) {
    out.row('event_filter_attribute_operand_browse_paths', {
      browse_path_element_link_id: path,
      ...nodeCells('type_id', element.referenceTypeId),
      is_inverse: element.isInverse,
      include_subtypes: element.includeSubtypes,
      target_name_namespace_idx: element.targetName.namespace,
      target_name: unlessEmpty(element.targetName.name),
    })
  }
  out.row('event_filter_attribute_operand', {
    content_filter_filter_operand_link_id: link,
    ...nodeCells('node_id', operand.nodeId),
    alias: unlessEmpty(operand.alias),
    browse_path_element_link_id: path,
    attribute: ATTRIBUTES[operand.attributeId] ?? '',
    index_range: unlessEmpty(operand.indexRange),
  })
}
