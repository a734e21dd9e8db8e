/** Rows of ICSNPP's opcua_binary.log, one a request with its response, and of the logs that detail them. */
import type { SeenMessage } from '@isthmus/wire'
import type { PutRow } from '../protocol.ts'
import { LogWriter, nodeCells, SOURCE, shortHex, unixTime, type Values } from './log-writer.ts'
import type { Opcua, OpcuaState } from './opcua.ts'
import { itemRows } from './zeek-items.ts'
import { nodeRows } from './zeek-nodes.ts'
import { sessionRows } from './zeek-sessions.ts'

type Seen = SeenMessage<Opcua, OpcuaState>
type Pending = { readonly values: Values; readonly at: number }
/** Requests without a response yet; beyond it the oldest is written alone. */
const MAX_PENDING = 256

export function zeek(seen: Seen, put: PutRow): void {
  const { message: m, from, flow, state, at } = seen
  if (m.isPiece) return
  const out = new LogWriter(put, flow, from, `${seen.lastPacket} ${seen.toByte} ${m.sequence}`)
  if (m.greeting !== undefined) {
    out.main(greetingCells(m))
    return
  }
  const rows = (state.rows ??= { pending: new Map<number, Pending>() }) as { pending: Map<number, Pending> }
  const { pending } = rows
  if (m.request !== undefined) {
    const values = { ...commonCells(m), ...requestCells(m, out.id()) }
    if (m.kind === 'CLO') out.main(values)
    else {
      const before = pending.get(m.requestId)
      if (before !== undefined) out.main(before.values, before.at)
      pending.delete(m.requestId)
      pending.set(m.requestId, { values, at })
      if (pending.size > MAX_PENDING) {
        const [oldest, waited] = pending.entries().next().value!
        pending.delete(oldest)
        out.main(waited.values, waited.at)
      }
    }
    details(m, out, values.req_opcua_link_id as string)
    return
  }
  const link = out.id()
  const response = responseCells(m, link, out)
  const asked = m.response === undefined ? undefined : pending.get(m.requestId)
  if (asked === undefined || asked.values.msg_type !== m.kind) {
    // A channel is closed by its client: ICSNPP takes even an encrypted one for a request.
    out.main({ ...commonCells(m), ...(m.kind === 'CLO' ? closeCells(m, link) : response) })
  } else {
    pending.delete(m.requestId)
    const channels = asked.values.sec_channel_id as readonly number[]
    out.main(
      {
        ...asked.values,
        ...response,
        total_size: (asked.values.total_size as number) + m.size,
        sec_channel_id: channels.includes(m.channel) ? channels : [...channels, m.channel],
      },
      asked.at,
    )
  }
  details(m, out, link)
}

export function zeekEnded(seen: SeenMessage<Opcua | undefined, OpcuaState>, put: PutRow): void {
  const rows = seen.state?.rows as { pending: Map<number, Pending> } | undefined
  if (rows === undefined) return
  const out = new LogWriter(put, seen.flow, 'client', 'end')
  for (const { values, at } of rows.pending.values()) out.main(values, at)
  rows.pending.clear()
}

function details(m: Opcua, out: LogWriter, link: string): void {
  if (m.service === undefined || m.body === undefined) return
  sessionRows(m, out, link)
  nodeRows(m, out, link)
  itemRows(m, out, link)
}

function greetingCells({ kind, chunk, size, greeting }: Opcua): Values {
  const g = greeting!
  const values: Values = { msg_type: kind, is_final: chunk, total_size: size }
  if (kind === 'ERR') {
    values.error = g.error
    // With its length, as ICSNPP has it.
    values.reason = g.tail
    return values
  }
  if (kind === 'RHE') return { ...values, endpoint_url: g.text }
  values.version = g.version
  values.rcv_buf_size = g.receiveBuffer
  values.snd_buf_size = g.sendBuffer
  values.max_msg_size = g.maxMessage
  values.max_chunk_cnt = g.maxChunks
  // What follows the last NUL: the text, but for lengths without one.
  if (kind === 'HEL') values.endpoint_url = g.tail.slice(g.tail.lastIndexOf('\0') + 1)
  return values
}

function commonCells(m: Opcua): Values {
  const values: Values = {
    msg_type: m.kind,
    is_final: m.chunk,
    total_size: m.size,
    sec_channel_id: [m.channel],
    request_id: m.requestId,
  }
  if (m.policy !== undefined) {
    values.sec_policy_uri_len = m.policy.length
    values.sec_policy_uri = m.policy.uri
    values.snd_cert_len = m.policy.certificateLength
    if (m.policy.certificateLength > 0) values.snd_cert = shortHex(m.policy.certificate)
    values.rcv_cert_len = m.policy.thumbprintLength
    if (m.policy.thumbprintLength > 0) values.rcv_cert = shortHex(m.policy.thumbprint)
  }
  return values
}

const closeCells = (m: Opcua, link: string): Values => ({
  req_opcua_link_id: link,
  req_msg_size: m.size,
  req_seq_number: m.sequence,
})

function requestCells(m: Opcua, link: string): Values {
  const h = m.request!
  return {
    ...closeCells(m, link),
    req_encoding_mask: m.typeId!.mask,
    req_namespace_idx: Math.max(0, m.typeId!.namespace),
    req_identifier: m.service!.id,
    req_identifier_str: m.service!.name,
    ...nodeCells('req_hdr_node_id', h.token, 'req_hdr_node_id_type'),
    req_hdr_timestamp: unixTime(h.timestamp),
    req_hdr_request_handle: h.handle,
    req_hdr_return_diag: h.returnDiagnostics,
    req_hdr_audit_entry_id: h.auditEntry,
    req_hdr_timeout_hint: h.timeoutHint,
    req_hdr_add_hdr_type_id: Math.max(0, h.additional.typeId),
    req_hdr_add_hdr_enc_mask: h.additional.encoding,
  }
}

function responseCells(m: Opcua, link: string, out: LogWriter): Values {
  const values: Values = { res_opcua_link_id: link, res_msg_size: m.size, res_seq_number: m.sequence }
  const h = m.response
  if (h === undefined) return values
  const status = out.id()
  out.status(status, SOURCE.header, h.result)
  if (h.diagnostics.mask !== 0) out.diagnostic(link, h.diagnostics, h.strings, true)
  values.res_encoding_mask = m.typeId!.mask
  values.res_namespace_idx = Math.max(0, m.typeId!.namespace)
  values.res_identifier = m.service!.id
  values.res_identifier_str = m.service!.name
  values.res_hdr_timestamp = unixTime(h.timestamp)
  values.res_hdr_request_handle = h.handle
  values.status_code_link_id = status
  values.res_hdr_service_diag_encoding = h.diagnostics.mask
  values.res_hdr_add_hdr_type_id = Math.max(0, h.additional.typeId)
  values.res_hdr_add_hdr_enc_mask = h.additional.encoding
  return values
}
