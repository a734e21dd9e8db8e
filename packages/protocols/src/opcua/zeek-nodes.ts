/** Rows about the address space: browse, read, write. */
import { hex } from '../icsnpp.ts'
import type { Of } from './built-in.ts'
import { bytesUnlessEmpty, type LogWriter, nodeCells, SOURCE, shortHex, unlessEmpty, type Values } from './log-writer.ts'
import { ATTRIBUTES, DIRECTIONS, NODE_CLASSES, TIMESTAMPS } from './names.table.ts'
import type { Opcua } from './opcua.ts'
import { SERVICE } from './services.table.ts'
import type * as s from './structures.ts'
import { dataValueCells, ORIGIN } from './zeek-variant.ts'

export function nodeRows(m: Opcua, out: LogWriter, link: string): void {
  switch (m.service!.id) {
    case SERVICE.browseRequest:
      return browseRequest(m, m.body as Of<typeof s.browseRequest>, out, link)
    case SERVICE.browseNextRequest:
      return browseNext(m, m.body as Of<typeof s.browseNextRequest>, out, link)
    case SERVICE.browseResponse:
    case SERVICE.browseNextResponse:
      return browseResponse(m, m.body as Of<typeof s.browseResponse>, out, link)
    case SERVICE.readRequest:
      return readRequest(m.body as Of<typeof s.readRequest>, out, link)
    case SERVICE.readResponse:
      return readResponse(m, m.body as Of<typeof s.readResponse>, out, link)
    case SERVICE.writeRequest:
      return writeRequest(m.body as Of<typeof s.writeRequest>, out, link)
    case SERVICE.writeResponse:
      return writeResponse(m, m.body as Of<typeof s.statusResults>, out, link)
    default:
  }
}

function browseRequest(m: Opcua, b: Of<typeof s.browseRequest>, out: LogWriter, link: string): void {
  const descriptions = b.nodes.length === 0 ? undefined : out.id()
  for (const node of b.nodes) {
    out.row('browse_description', {
      browse_description_link_id: descriptions,
      ...nodeCells('browse_description', node.nodeId),
      browse_direction: DIRECTIONS[node.direction],
      ...nodeCells('browse_description_ref', node.referenceTypeId),
      browse_description_include_subtypes: node.includeSubtypes,
      browse_node_class_mask: NODE_CLASSES[node.nodeClassMask] ?? hex(node.nodeClassMask, 8),
      browse_result_mask: hex(node.resultMask, 8),
    })
  }
  out.row('browse', {
    opcua_link_id: link,
    browse_service_type: m.service!.name,
    ...nodeCells('browse_view_id', b.view.viewId),
    browse_view_description_timestamp: b.view.timestamp,
    browse_view_description_view_version: b.view.version,
    req_max_ref_nodes: b.maxReferences,
    browse_description_link_id: descriptions,
  })
}

function browseNext(m: Opcua, b: Of<typeof s.browseNextRequest>, out: LogWriter, link: string): void {
  const points = b.continuationPoints.length === 0 ? undefined : out.id()
  for (const point of b.continuationPoints) {
    out.row('browse_request_continuation_point', { browse_next_link_id: points, continuation_point: shortHex(point) })
  }
  out.row('browse', {
    opcua_link_id: link,
    browse_service_type: m.service!.name,
    browse_next_release_continuation_point: b.releaseContinuationPoints,
    browse_next_link_id: points,
  })
}

function browseResponse(m: Opcua, b: Of<typeof s.browseResponse>, out: LogWriter, link: string): void {
  const results = b.results.length === 0 ? undefined : out.id()
  for (const result of b.results) {
    const status = out.id()
    out.status(status, SOURCE.browse, result.status)
    const references = result.references.length === 0 ? undefined : out.id()
    for (const reference of result.references) {
      out.row('browse_response_references', { browse_reference_link_id: references, ...referenceCells(reference) })
    }
    out.row('browse_result', {
      browse_response_link_id: results,
      status_code_link_id: status,
      browse_result_continuation_point: bytesUnlessEmpty(result.continuationPoint),
      browse_reference_link_id: references,
    })
  }
  out.row('browse', {
    opcua_link_id: link,
    browse_service_type: m.service!.name,
    browse_response_link_id: results,
    browse_diag_info_link_id: out.diagnostics(b.diagnostics, m.response?.strings ?? []),
  })
}

function referenceCells(r: Of<typeof s.browseResponse>['results'][number]['references'][number]): Values {
  return {
    ...nodeCells('browse_response_ref', r.referenceTypeId),
    browse_response_is_forward: r.isForward,
    ...nodeCells('browse_response_ref_type', r.nodeId),
    browse_response_ref_name_idx: r.browseName.namespace === 0 ? undefined : r.browseName.namespace,
    browse_response_ref_name: unlessEmpty(r.browseName.name),
    browse_response_display_name_mask: hex(r.displayName.mask, 2),
    browse_response_display_name_locale: unlessEmpty(r.displayName.locale),
    browse_response_display_name_text: unlessEmpty(r.displayName.text),
    browse_response_node_class: r.nodeClass === 0 ? undefined : (NODE_CLASSES[r.nodeClass] ?? hex(r.nodeClass, 8)),
    ...nodeCells('browse_response_type_def', r.typeDefinition),
  }
}

function readRequest(b: Of<typeof s.readRequest>, out: LogWriter, link: string): void {
  const nodes = b.nodes.length === 0 ? undefined : out.id()
  for (const node of b.nodes) {
    out.row('read_nodes_to_read', {
      nodes_to_read_link_id: nodes,
      ...nodeCells('node_id', node.nodeId),
      attribute_id: node.attributeId,
      attribute_id_str: ATTRIBUTES[node.attributeId] ?? '',
      index_range: unlessEmpty(node.indexRange),
      data_encoding_name_idx: node.dataEncoding.namespace,
      data_encoding_name: unlessEmpty(node.dataEncoding.name),
    })
  }
  out.row('read', {
    opcua_link_id: link,
    max_age: Number.isFinite(b.maxAge) ? Math.trunc(b.maxAge) : 0,
    timestamps_to_return: b.timestampsToReturn,
    timestamps_to_return_str: TIMESTAMPS[b.timestampsToReturn] ?? '',
    nodes_to_read_link_id: nodes,
  })
}

function readResponse(m: Opcua, b: Of<typeof s.readResponse>, out: LogWriter, link: string): void {
  const results = b.results.length === 0 ? undefined : out.id()
  b.results.forEach((result, level) => {
    const cells = dataValueCells(result, out, SOURCE.read, ORIGIN.read, 'read_results_variant_metadata_link_id')
    out.row('read_results', { results_link_id: results, level, ...cells })
  })
  out.row('read', {
    opcua_link_id: link,
    read_results_link_id: results,
    diag_info_link_id: out.diagnostics(b.diagnostics, m.response?.strings ?? []),
  })
}

function writeRequest(b: Of<typeof s.writeRequest>, out: LogWriter, link: string): void {
  for (const node of b.nodes) {
    const { status_code_link_id, ...cells } = dataValueCells(
      node.value,
      out,
      SOURCE.write,
      ORIGIN.write,
      'write_results_variant_metadata_link_id',
    )
    out.row('write', {
      opcua_link_id: link,
      ...nodeCells('node_id', node.nodeId),
      attribute_id: node.attributeId,
      attribute_id_str: ATTRIBUTES[node.attributeId] ?? '',
      index_range: unlessEmpty(node.indexRange),
      ...cells,
      req_status_code_link_id: status_code_link_id,
    })
  }
}

function writeResponse(m: Opcua, b: Of<typeof s.statusResults>, out: LogWriter, link: string): void {
  const status = b.results.length === 0 ? undefined : out.id()
  for (const code of b.results) out.status(status!, SOURCE.write, code)
  out.row('write', {
    opcua_link_id: link,
    // ICSNPP's column for it, although it is the answer's.
    req_status_code_link_id: status,
    diag_info_link_id: out.diagnostics(b.diagnostics, m.response?.strings ?? []),
  })
}
