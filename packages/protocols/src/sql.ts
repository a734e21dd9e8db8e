/** SQL as an operation: its verb, what that touches, and the text with its literals hidden. Shared by the databases' protocols. */
import type { Access } from '@isthmus/model'

export type Query = { readonly verb: string; readonly access: Access; readonly shown: string }

/** Characters that are looked at, and told. */
const MAX_READ = 4096
const MAX_SHOWN = 160

const ACCESS: Readonly<Record<string, Access>> = {
  SELECT: 'read',
  SHOW: 'read',
  DESCRIBE: 'read',
  DESC: 'read',
  EXPLAIN: 'read',
  WITH: 'read',
  TABLE: 'read',
  VALUES: 'read',
  FETCH: 'read',
  INSERT: 'write',
  UPDATE: 'write',
  DELETE: 'write',
  REPLACE: 'write',
  MERGE: 'write',
  LOAD: 'write',
  COPY: 'write',
  BULK: 'write',
  CALL: 'control',
  EXEC: 'control',
  EXECUTE: 'control',
  DO: 'control',
  KILL: 'control',
  SHUTDOWN: 'control',
  CREATE: 'configure',
  ALTER: 'configure',
  DROP: 'configure',
  TRUNCATE: 'configure',
  RENAME: 'configure',
  GRANT: 'configure',
  REVOKE: 'configure',
  BACKUP: 'configure',
  RESTORE: 'configure',
  RECONFIGURE: 'configure',
  SET: 'session',
  USE: 'session',
  BEGIN: 'session',
  START: 'session',
  COMMIT: 'session',
  ROLLBACK: 'session',
  PREPARE: 'session',
  DECLARE: 'session',
}

export function readQuery(text: string): Query {
  const bare = withoutComments(text.slice(0, MAX_READ))
  const verb = /^[\s(;]*([A-Za-z]+)/.exec(bare)?.[1]?.toUpperCase() ?? ''
  return { verb: verb in ACCESS ? verb : 'query', access: ACCESS[verb] ?? 'unknown', shown: withoutLiterals(bare) }
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\//g, ' ').replace(/^\s*--[^\n]*\n/gm, ' ')
}

/** Values may be secrets, and make equal queries look different. */
function withoutLiterals(text: string): string {
  return text
    .replace(/'(?:[^'\\]|\\.|'')*(?:'|$)/gs, "'…'")
    .replace(/\b\d+(?:\.\d+)?\b/g, '?')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_SHOWN)
}
