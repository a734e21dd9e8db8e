/** websocket.log: what both sides said when they agreed to it. Written where the upgrade is read. */
import type { LogSpec } from '../protocol.ts'

export const WEBSOCKET_LOG: LogSpec = {
  columns: [
    ['host', 'string'],
    ['uri', 'string'],
    ['user_agent', 'string'],
    ['subprotocol', 'string'],
    ['client_protocols', 'vector[string]'],
    ['server_extensions', 'vector[string]'],
    ['client_extensions', 'vector[string]'],
  ],
}

/** A field's values, one element a comma. */
export function listed(value: string | undefined): string[] | undefined {
  return value
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
