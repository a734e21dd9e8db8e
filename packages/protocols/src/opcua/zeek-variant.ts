/** Rows of values: what kind of variant, each of its elements, and what they hold in turn. */
import { hex } from '../icsnpp.ts'
import type { DiagnosticInfo, LocalizedText, NodeId, QualifiedName } from './built-in.ts'
import { guidText, type LogWriter, nodeCells, SOURCE, shortHex, unixTime, unlessEmpty, type Values } from './log-writer.ts'
import { OBJECT_TYPES, TYPES } from './names.table.ts'
import type { DataValue, ExtensionObject, Variant } from './variant.ts'

/** Where a value came from; ICSNPP's numbers, one more for what lies within. */
export const ORIGIN = { read: 0, literal: 2, write: 4 } as const
const ORIGINS = ['Read_Variant', 'Read_InnerVariant', 'LiteralOperand_Variant', 'LiteralOperand_InnerVariant', 'Write_Variant']
const SHAPES = ['Value', 'Array', 'MultiDimArray']
/** Levels of values within values that get rows. */
const MAX_LEVELS = 16

/** The six cells of a data value; `metadata` names the column of the link to its variant. */
export function dataValueCells(v: DataValue, out: LogWriter, source: number, origin: number, metadata: string, level = 0): Values {
  const values: Values = { data_value_encoding_mask: hex(v.mask, 2) }
  if (v.value !== undefined && level < MAX_LEVELS) {
    const link = out.id()
    values[metadata] = link
    variantRows(v.value, out, link, origin, level)
  }
  if (v.status !== undefined) {
    const link = out.id()
    values.status_code_link_id = link
    out.status(link, source, v.status)
  }
  if (v.sourceTime !== undefined) values.source_timestamp = unixTime(v.sourceTime)
  if (v.sourcePico !== undefined) values.source_pico_sec = v.sourcePico
  if (v.serverTime !== undefined) values.server_timestamp = unixTime(v.serverTime)
  if (v.serverPico !== undefined) values.server_pico_sec = v.serverPico
  return values
}

export function variantRows(v: Variant, out: LogWriter, link: string, origin: number, level = 0): void {
  const shape = v.values === undefined ? 0 : v.dimensions === undefined ? 1 : 2
  const data = out.id()
  let dimensions: string | undefined
  if (v.dimensions !== undefined) {
    dimensions = out.id()
    for (const dimension of v.dimensions) out.row('variant_array_dims', { array_dim_link_id: dimensions, dimension })
  }
  const isInner = level > 0 && origin < ORIGIN.write
  out.row('variant_metadata', {
    variant_source_data_link_id: link,
    variant_data_source: isInner ? origin + 1 : origin,
    variant_data_source_str: ORIGINS[isInner ? origin + 1 : origin],
    dara_variant_encoding_mask: hex(v.mask, 2),
    data_variant_data_type: shape,
    data_variant_data_type_str: SHAPES[shape],
    built_in_data_type: v.type,
    // ICSNPP spells two of them its own way.
    built_in_data_type_str: (TYPES[v.type] ?? '').replace('UInt', 'Uint'),
    variant_data_link_id: data,
    variant_data_array_dim: shape === 1 ? v.values!.length : v.dimensions?.length,
    variant_data_array_multi_dim_link_id: dimensions,
  })
  const shared = { status: out.id(), diagnostic: out.id(), object: out.id() }
  for (const element of v.values ?? [v.value]) {
    out.row('variant_data', { variant_data_link_id: data, ...elementCells(v.type, element, out, origin, level, shared) })
  }
}

type Shared = { readonly status: string; readonly diagnostic: string; readonly object: string }

function elementCells(type: number, value: unknown, out: LogWriter, origin: number, level: number, shared: Shared): Values {
  switch (type) {
    case 1:
      return { variant_data_value_unsigned_numeric: value === true ? 1 : 0 }
    case 2:
    case 4:
    case 6:
    case 8:
      return { variant_data_value_signed_numeric: value as number | bigint }
    case 3:
    case 5:
    case 7:
    case 9:
      return { variant_data_value_unsigned_numeric: value as number | bigint }
    case 10:
    case 11:
      return { variant_data_value_decimal: value as number }
    case 12:
      return { variant_data_value_string: value as string }
    case 13:
      return { variant_data_value_time: value as number }
    case 14:
      return { variant_data_value_string: guidText(value as Uint8Array) }
    case 15:
      return { variant_data_value_string: shortHex(value as Uint8Array) }
    case 17:
    case 18:
      return nodeCells('variant_data_node_id', value as NodeId)
    case 19:
      out.status(shared.status, SOURCE.variant, value as number)
      return { variant_data_status_code_link_id: shared.status }
    case 20: {
      const { namespace, name } = value as QualifiedName
      return { variant_data_encoding_name_idx: namespace, variant_data_encoding_name: name }
    }
    case 21: {
      const { mask, locale, text } = value as LocalizedText
      return { variant_data_mask: hex(mask, 2), variant_data_locale: unlessEmpty(locale), variant_data_text: unlessEmpty(text) }
    }
    case 22:
      return objectCells(value as ExtensionObject, out, shared.object)
    case 23:
      return innerValueCells(value as DataValue, out, origin, level)
    case 24: {
      if (level >= MAX_LEVELS) return {}
      const link = out.id()
      variantRows(value as Variant, out, link, origin, level + 1)
      return { variant_metadata_data_link_id: link }
    }
    case 25:
      out.diagnostic(shared.diagnostic, value as DiagnosticInfo, [], false)
      return { variant_data_diag_info_link_id: shared.diagnostic }
    default:
      return {}
  }
}

function objectCells({ type, typeId, encoding }: ExtensionObject, out: LogWriter, link: string): Values {
  out.row('variant_extension_object', {
    ext_obj_link_id: link,
    ...nodeCells('ext_obj_node_id', type),
    ext_obj_type_id_str: OBJECT_TYPES[typeId] ?? '',
    ext_obj_encoding: hex(encoding, 2),
  })
  return { variant_data_ext_obj_link_id: link }
}

function innerValueCells(value: DataValue, out: LogWriter, origin: number, level: number): Values {
  const link = out.id()
  const cells = dataValueCells(value, out, SOURCE.variant, origin, 'variant_metadata_link_id', level + 1)
  out.row('variant_data_value', { variant_data_value_source_link: link, ...cells })
  return { variant_data_value_link_id: link }
}
