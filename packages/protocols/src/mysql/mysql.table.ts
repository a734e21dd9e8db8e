/** Commands by number (MySQL client/server protocol, Command Phase), as Zeek's mysql.log names them. */
export const COMMANDS: readonly string[] = [
  'sleep',
  'quit',
  'init_db',
  'query',
  'field_list',
  'create_db',
  'drop_db',
  'refresh',
  'shutdown',
  'statistics',
  'process_info',
  'connect',
  'process_kill',
  'debug',
  'ping',
  'time',
  'delayed_insert',
  'change_user',
  'binlog_dump',
  'table_dump',
  'connect_out',
  'register_slave',
  'stmt_prepare',
  'stmt_execute',
  'stmt_send_long_data',
  'stmt_close',
  'stmt_reset',
  'set_option',
  'stmt_fetch',
  'daemon',
  'binlog_dump_gtid',
  'reset_connection',
]

/** Capability flags (Connection Phase, Capabilities). */
export const PROTOCOL_41 = 0x200
export const WITH_DATABASE = 0x8
export const COMPRESS = 0x20
export const SSL = 0x800
export const SECURE_CONNECTION = 0x8000
export const PLUGIN_AUTH = 0x80000
export const CONNECT_ATTRIBUTES = 0x100000
export const LENGTH_ENCODED_AUTH = 0x200000
export const DEPRECATE_EOF = 0x1000000
export const QUERY_ATTRIBUTES = 0x8000000
