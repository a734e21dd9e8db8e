import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureReader, type FlowRecord } from '@isthmus/wire'
import { pcap, tcpTalk } from '../../../wire/src/testing/pcap-builder.ts'
import { createPipeline, PROTOCOLS } from '../index.ts'
import { servicesOf } from '../zeek-service.ts'

const ends = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 4000, toPort: 3128 }
const text = (s: string): Uint8Array => Uint8Array.from(Buffer.from(s))
const ask = (line: string): Uint8Array => text(`${line} HTTP/1.1\r\nHost: plc.local\r\n\r\n`)
const answer = (status: string, body = ''): Uint8Array => text(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)

test('requests inside the tunnel of a proxy are counted on, and stay HTTP to conn.log', () => {
  const rows: unknown[][] = []
  const flows: FlowRecord[] = []
  const pipeline = createPipeline({
    site: 'site',
    sensor: 'sensor',
    capture: 'c.pcap',
    protocols: PROTOCOLS,
    // trans_depth, method, uri, status_code, response_body_len
    row: (log, _spec, _flow, _at, cells) => log === 'http' && rows.push([0, 1, 3, 10, 9].map((i) => cells[i])),
    flowEnded: (flow) => void flows.push(flow),
  })
  new CaptureReader(pipeline).push(
    pcap(
      tcpTalk(ends, 1, [
        ['client', ask('CONNECT plc.local:80')],
        ['server', text('HTTP/1.1 200 Connection established\r\n\r\n')],
        ['client', ask('GET /a')],
        ['server', answer('200 OK', 'page')],
        ['client', ask('GET /b')],
        ['server', answer('404 Not Found')],
      ]),
    ),
  )
  pipeline.finish()
  assert.deepEqual(rows, [
    [1, 'CONNECT', 'plc.local:80', 200, 0],
    [2, 'GET', '/a', 200, 4],
    [3, 'GET', '/b', 404, 0],
  ])
  assert.deepEqual(
    flows.map((flow) => servicesOf(flow, flow.services)),
    [['http']],
  )
})
