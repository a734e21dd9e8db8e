import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FlowRecord } from '@isthmus/wire'
import { servicesOf } from './zeek-service.ts'

/** A flow by its history, in which the client and the server sent so many bytes. */
const flow = (history: string, up: number, down: number) =>
  ({ tcp: { history }, up: { packets: 1, payload: up }, down: { packets: 1, payload: down } }) as unknown as FlowRecord

test('of a conversation joined late conn.log names what Zeek reads there', () => {
  assert.deepEqual(servicesOf(flow('^d', 0, 50), ['cotp', 's7comm']), [], 'a server alone')
  assert.deepEqual(servicesOf(flow('^d', 0, 50), ['dnp3_tcp']), ['dnp3_tcp'])
  assert.deepEqual(servicesOf(flow('Dd', 20, 50), ['cotp', 's7comm']), ['cotp', 's7comm'])
  assert.deepEqual(servicesOf(flow('Dd', 20, 50), ['http']), [], 'read from the start, or not at all')
  assert.deepEqual(servicesOf(flow('ShADd', 0, 50), ['enip']), ['enip'], 'not joined')
})
