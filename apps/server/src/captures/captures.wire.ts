import { z } from 'zod'
import { listOf, page, siteFilter, Time } from '../http/wire.ts'

export const CaptureState = z.enum(['waiting', 'reading', 'done', 'failed'])

export const Capture = z.object({
  id: z.string(),
  site: z.string(),
  name: z.string(),
  /** Of the whole file; the same file twice in one site is one capture. */
  sha256: z.string(),
  state: CaptureState,
  bytesTotal: z.number(),
  bytesDone: z.number(),
  packets: z.number(),
  /** Event time the packets cover. */
  firstAt: Time.nullable(),
  lastAt: Time.nullable(),
  /** What could not be read: where, and why. */
  problems: z.array(z.object({ offset: z.number(), why: z.string() })),
  error: z.string().nullable(),
  uploadedAt: Time,
  finishedAt: Time.nullable(),
  uploadedBy: z.string().nullable(),
  source: z.enum(['upload', 'plant']),
})

export const Captures = listOf(Capture)
export const CaptureRemoved = z.object({ id: z.string() })
export const CaptureQuery = z.object({ ...siteFilter, ...page })
export const CaptureUpload = z.object({ site: z.string().min(1).max(100), name: z.string().trim().min(1).max(255) })
export const PacketAddress = z.object({
  id: z.string().min(1).max(200),
  number: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 40),
})

export type TraceNodeWire = {
  label: string
  /** Offset from the start of the frame, and length, in bytes. */
  at: number
  length: number
  value: string
  note: string
  children: TraceNodeWire[]
}
export const TraceNode: z.ZodType<TraceNodeWire> = z.object({
  label: z.string(),
  at: z.number(),
  length: z.number(),
  value: z.string(),
  note: z.string(),
  get children() {
    return z.array(TraceNode)
  },
})

/** One packet as every stage reads it. */
export const PacketPage = z.object({
  capture: z.string(),
  number: z.number(),
  at: Time,
  /** As it was on the wire, and as the capture holds it. */
  length: z.number(),
  captured: z.number(),
  /** The frame, as lower-case hex. */
  hex: z.string(),
  /** Who talks to whom, empty where nobody could be told. */
  client: z.string(),
  server: z.string(),
  transport: z.string(),
  fromClient: z.boolean(),
  /** What the stream did with it, one line a layer. */
  stream: z.array(z.string()),
  /** Headers, then the messages that lie whole in this frame. */
  tree: z.array(TraceNode),
  messages: z.array(
    z.object({
      protocol: z.string(),
      /** 0 for what TCP, UDP or Ethernet carries; 1 for what that carries. */
      depth: z.number(),
      from: z.enum(['client', 'server']),
      packets: z.tuple([z.number(), z.number()]),
      /** When false, the message was joined from several packets and offsets count from its own first byte. */
      inFrame: z.boolean(),
      summary: z.string(),
      nodes: z.array(TraceNode),
    }),
  ),
  observations: z.array(z.object({ kind: z.string(), protocol: z.string(), fields: z.record(z.string(), z.string()) })),
})
