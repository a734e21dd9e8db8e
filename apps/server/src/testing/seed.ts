/**
 * Fills a database with a plausible plant of any size, by generated rows: for the API bench and for looking at the console.
 *
 *   node apps/server/src/testing/seed.ts --size small|large [--site seed] [--url postgresql://…]
 */
import { parseArgs } from 'node:util'
import { CompiledQuery, sql } from 'kysely'
import { connect, type Database } from '../database/connect.ts'
import { startEmbedded } from '../database/embedded.ts'
import { migrate } from '../database/migrate.ts'
import { Partitions } from '../database/partitions.ts'

export type Volume = {
  readonly assets: number
  readonly sessions: number
  readonly operations: number
  readonly tags: number
  readonly samples: number
  readonly alerts: number
  readonly incidents: number
}

export const SMALL: Volume = { assets: 300, sessions: 5000, operations: 2000, tags: 400, samples: 100, alerts: 250, incidents: 6 }
export const LARGE: Volume = {
  assets: 10_000,
  sessions: 1_000_000,
  operations: 100_000,
  tags: 20_000,
  samples: 50,
  alerts: 100_000,
  incidents: 500,
}

const DAY_US = 86_400_000_000
/** Days the sessions and samples spread over. */
const DAYS = 30
/** A Tuesday noon in March 2026, UTC. */
const NOW_US = 1_773_144_000_000_000

export async function seed(database: Database, site: string, volume: Volume): Promise<void> {
  await sql`insert into sites (id, name) values (${site}, ${`Site ${site}`}) on conflict do nothing`.execute(database.owner)
  const partitions = new Partitions(database.owner)
  const days = Array.from({ length: DAYS + 1 }, (_, i) => NOW_US - i * DAY_US)
  await partitions.ensure('sessions', days)
  await partitions.ensure('tag_samples', days)
  for (const statement of statements(site, volume)) {
    await database.owner.transaction().execute(async (tx) => {
      await sql`select set_config('isthmus.sites', ${site}, true)`.execute(tx)
      await tx.executeQuery(CompiledQuery.raw(statement))
    })
  }
  // As autovacuum leaves it: an index scan then need not look at the table.
  await sql`vacuum analyze`.execute(database.owner)
}

const TYPES = `(array['plc','hmi','workstation','engineering-station','drive','switch','server','io-module','scada-server','sensor','rtu','historian'])`
const VENDORS = `(array['Siemens','Schneider Electric','Rockwell Automation','ABB','Cisco','Dell','Moxa','Phoenix Contact','Hirschmann','WAGO'])`
const PROTOCOLS = `(array['modbus','s7comm','enip','dns','http','tls','smb','rdp','ssh','ntp'])`
const LEVELS = `(array['low','medium','medium','high','low','critical','informational','medium'])`
const evidence = `jsonb_build_object('capture', 'seed', 'packets', jsonb_build_array(i, i + 1), 'bytes', jsonb_build_array(54, 66))`
const pick = (list: string, n: string) => `${list}[1 + (${n}) % array_length(${list}, 1)]`
/** A spread that looks random and is the same every time. */
const mix = (n: string, salt: number) => `(abs(hashint8((${n})::bigint * 7919 + ${salt}))::bigint)`
const ip = (n: string) => `'10.' || (${n}) / 62500 || '.' || (${n}) / 250 % 250 || '.' || (${n}) % 250 + 1`

function statements(site: string, v: Volume): string[] {
  const at = (n: string, salt: number) => `${NOW_US} - ${mix(n, salt)} % ${DAYS * DAY_US}`
  const asset = (n: string) => `'asset-' || lpad(to_hex(${n}), 8, '0')`
  const end = (n: string, port: string) => `jsonb_build_object('ip', ${ip(n)}, 'port', ${port})`
  return [
    `insert into assets (site, id, doc) select '${site}', ${asset('i')}, jsonb_build_object('id', ${asset('i')}, 'site', '${site}',
      'names', case when i % 3 = 0 then jsonb_build_array(upper(${pick(TYPES, 'i')}) || '-' || i) else '[]' end, 'ips', jsonb_build_array(${ip('i')}),
      'macs', jsonb_build_array('00:1b:1b:' || lpad(to_hex(i / 65536 % 256), 2, '0') || ':' || lpad(to_hex(i / 256 % 256), 2, '0') || ':' || lpad(to_hex(i % 256), 2, '0')),
      'vlans', jsonb_build_array(10 + i % 5), 'vendor', ${pick(VENDORS, mix('i', 1))}, 'model', 'M-' || i % 40, 'firmware', 'V' || i % 4 || '.' || i % 10,
      'type', ${pick(TYPES, 'i')}, 'role', case when i % 12 in (0, 10) then 'controller' else 'client' end, 'roles', '["controller"]'::jsonb,
      'purdueLevel', (i % 11) / 2.0, 'purdueSource', 'inferred', 'confirmed', true, 'isExternal', i % 97 = 0, 'firstAt', ${at('i', 2)} - ${DAY_US}, 'lastAt', ${at('i', 2)},
      'protocols', jsonb_build_array(${pick(PROTOCOLS, 'i')}), 'modules', '[]'::jsonb, 'overrides', '{}'::jsonb, 'visibility', i % 101,
      'facts', jsonb_build_array(jsonb_build_object('attribute', 'vendor', 'value', ${pick(VENDORS, mix('i', 1))}, 'protocol', ${pick(PROTOCOLS, 'i')},
        'confidence', 0.9, 'firstAt', ${at('i', 2)} - ${DAY_US}, 'lastAt', ${at('i', 2)}, 'evidence', ${evidence})))
      from generate_series(1, ${v.assets}) as i`,
    `insert into sessions select '${site}', 's-' || lpad(to_hex(i), 16, '0'), 'seed', ${asset('c')}, ${asset('d')}, ${ip('c')}, null, 40000 + i % 20000, ${ip('d')}, null,
      (array[502,102,44818,53,80,443,445,3389,22,123])[1 + p % 10], true, 'tcp', ${PROTOCOLS}[1 + p % 10], null,
      (array['closed','closed','closed','open','closed','closed','reset','closed','tried','rejected'])[1 + ${mix('i', 9)} % 10], 'SF', 'ShADadFf', ${at('i', 3)},
      ${at('i', 3)} + 1000000 * (i % 600), i % 5000, i % 90000, i % 50, i % 90, i % 9000, i % 99000, 0, 0, ${evidence}
      from (select i, 1 + ${mix('i', 4)} % ${v.assets} as c, 1 + ${mix('i', 5)} % ${Math.ceil(v.assets / 10)} as d, ${mix('i', 6)} as p from generate_series(1, ${v.sessions}) as i) as s`,
    `insert into links (site, id, doc) select '${site}', 'link-' || i, jsonb_build_object('id', 'link-' || i, 'site', '${site}', 'client', ${ip('c')}, 'server', ${ip('d')},
      'clientAsset', ${asset('c')}, 'serverAsset', ${asset('d')}, 'protocols', jsonb_build_array(${pick(PROTOCOLS, 'i')}), 'reaches', '["values"]'::jsonb,
      'sessions', i % 900, 'clientWireBytes', i * 977 % 1000000, 'serverWireBytes', i * 1999 % 9000000, 'firstAt', ${at('i', 7)} - ${DAY_US}, 'lastAt', ${at('i', 7)}, 'evidence', ${evidence})
      from (select i, 1 + ${mix('i', 4)} % ${v.assets} as c, 1 + ${mix('i', 5)} % ${Math.ceil(v.assets / 10)} as d from generate_series(1, ${v.assets * 3}) as i) as s`,
    `insert into operations (site, id, doc) select '${site}', 'op-' || i, jsonb_build_object('id', 'op-' || i, 'site', '${site}', 'client', ${ip('c')}, 'server', ${ip('d')},
      'clientAsset', ${asset('c')}, 'serverAsset', ${asset('d')}, 'protocol', ${PROTOCOLS}[1 + i % 3], 'operation', (array['read holding registers','write single register','read var'])[1 + i % 3],
      'object', 'holding ' || i % 1000, 'access', (array['read','write','read','read','control','program','identify'])[1 + i % 7], 'count', i % 9999, 'failed', i % 3,
      'first', ${at('i', 8)} - ${DAY_US}, 'last', ${at('i', 8)}, 'ok', i % 3 = 0, 'evidence', ${evidence})
      from (select i, 1 + ${mix('i', 4)} % ${v.assets} as c, 1 + ${mix('i', 5)} % ${Math.ceil(v.assets / 10)} as d from generate_series(1, ${v.operations}) as i) as s`,
    `insert into tags (site, id, doc) select '${site}', 'tag-' || i, jsonb_build_object('id', 'tag-' || i, 'site', '${site}', 'server', ${ip('d')} || ':502', 'asset', ${asset('d')},
      'protocol', 'modbus', 'tag', 'holding ' || i % 1000, 'dataType', 'u16', 'value', i % 4000, 'min', i % 100, 'max', 4000 + i % 100, 'changes', i % 500, 'reads', i % 90000,
      'writes', case when i % 10 = 0 then i % 40 + 1 else 0 end, 'readers', jsonb_build_array(${ip('c')}), 'writers', case when i % 10 = 0 then jsonb_build_array(${ip('c')}) else '[]' end,
      'firstAt', ${NOW_US - DAYS * DAY_US}, 'lastAt', ${at('i', 8)}, 'lastChangeAt', ${at('i', 8)}, 'evidence', ${evidence})
      from (select i, 1 + ${mix('i', 4)} % ${v.assets} as c, 1 + ${mix('i', 5)} % ${Math.ceil(v.assets / 10)} as d from generate_series(1, ${v.tags}) as i) as s`,
    `insert into tag_samples (site, tag, at_us, number, quality, is_write) select '${site}', 'tag-' || i, ${NOW_US} - n * ${Math.floor((DAYS * DAY_US) / Math.max(1, v.samples))}::bigint,
      50 + 20 * sin(n / 9.0 + i) + i % 7, 'good', n % 25 = 0 and i % 10 = 0 from generate_series(1, ${v.tags}) as i, generate_series(0, ${v.samples} - 1) as n`,
    `insert into alerts (site, id, doc, state, resolution) select '${site}', 'alert-' || lpad(to_hex(i), 8, '0'), jsonb_build_object('id', 'alert-' || lpad(to_hex(i), 8, '0'), 'site', '${site}',
      'title', (array['A new host wrote to a controller','Controller stopped by command','Program downloaded','Scan of the control network','Password in clear'])[1 + i % 5],
      'what', 'Workstation ' || ${ip('c')} || ' changed values in ' || ${ip('d')}, 'means', 'The process may follow a value nobody approved.',
      'checkFirst', '["Is there an approved change?"]'::jsonb, 'doNot', '["Do not isolate the controller: it holds the loop."]'::jsonb, 'level', ${pick(LEVELS, mix('i', 10))},
      'score', ${mix('i', 11)} % 101, 'scoreParts', '[{"why":"writes to a controller","points":40}]'::jsonb, 'attack', '["T0836"]'::jsonb, 'rules', jsonb_build_array('rule-' || i % 15),
      'client', ${end('c', '40000 + i % 1000')}, 'server', ${end('d', '502')}, 'clientAsset', ${asset('c')}, 'serverAsset', ${asset('d')}, 'clientName', ${ip('c')}, 'serverName', ${ip('d')},
      'clientPurdue', 4, 'serverPurdue', 1, 'tactic', 'impair process control', 'users', '[]'::jsonb, 'firstAt', ${at('i', 12)} - 60000000, 'lastAt', ${at('i', 12)},
      'findings', jsonb_build_array('finding-' || i), 'findingCount', 1, 'evidence', jsonb_build_array(${evidence}))
      || case when i <= ${v.incidents * 5} then jsonb_build_object('incident', 'incident-' || i % ${Math.max(1, v.incidents)}) else '{}' end,
      case when i % 3 = 0 then 'resolved' when i % 3 = 1 then 'new' else 'acknowledged' end, case when i % 3 = 0 then 'benign' end
      from (select i, 1 + ${mix('i', 4)} % ${v.assets} as c, 1 + ${mix('i', 5)} % ${Math.ceil(v.assets / 10)} as d from generate_series(1, ${v.alerts}) as i) as s`,
    `insert into findings (site, id, doc, alert) select '${site}', 'finding-' || i, jsonb_build_object('id', 'finding-' || i, 'site', '${site}', 'rule', 'rule-' || i % 15, 'ruleTitle', 'Rule ' || i % 15,
      'ruleVersion', '1', 'engine', 'operation', 'level', ${pick(LEVELS, mix('i', 10))}, 'attack', '["T0836"]'::jsonb, 'at', ${at('i', 12)}, 'first', ${at('i', 12)} - 1000, 'count', 1 + i % 9,
      'client', ${end('c', '40000 + i % 1000')}, 'server', ${end('d', '502')}, 'clientAsset', ${asset('c')}, 'serverAsset', ${asset('d')}, 'protocol', 'modbus', 'observed', 'process.write',
      'fields', jsonb_build_object('tag', 'holding 7', 'value', 100), 'evidence', jsonb_build_array(${evidence})), 'alert-' || lpad(to_hex(i), 8, '0')
      from (select i, 1 + ${mix('i', 4)} % ${v.assets} as c, 1 + ${mix('i', 5)} % ${Math.ceil(v.assets / 10)} as d from generate_series(1, ${v.alerts}) as i) as s`,
    `insert into incidents (site, id, doc, state) select '${site}', 'incident-' || i % ${v.incidents}, jsonb_build_object('id', 'incident-' || i % ${v.incidents}, 'site', '${site}', 'title', 'From a phished workstation to the dosing controller',
      'summary', 'Three hosts, two levels, one set-point changed.', 'level', ${pick(LEVELS, mix('i', 10))}, 'score', 50 + i % 50, 'state', 'open', 'firstAt', ${at('i', 13)} - 3600000000, 'lastAt', ${at('i', 13)},
      'assets', jsonb_build_array(${asset('i')}), 'hosts', jsonb_build_array(${ip('i')}), 'users', '["jdoe"]'::jsonb, 'attack', '["T0836","T1566"]'::jsonb, 'reachesOt', i % 2 = 0,
      'alerts', jsonb_build_array('alert-' || lpad(to_hex(i), 8, '0')), 'steps', jsonb_build_array(jsonb_build_object('at', ${at('i', 13)}, 'alert', 'alert-' || lpad(to_hex(i), 8, '0'), 'title', 'A new host wrote',
        'tactic', 'impair process control', 'attack', '["T0836"]'::jsonb, 'level', 'high', 'client', ${ip('i')}, 'server', ${ip('i + 1')}, 'clientPurdue', 4, 'serverPurdue', 1, 'link', 'first step')))
      , case when i % 4 = 0 then 'closed' else 'open' end from generate_series(1, ${v.incidents}) as i`,
    `insert into coverage (site, protocol, doc) select '${site}', p, jsonb_build_object('protocol', p, 'packets', 1000 * n, 'bytes', 100000 * n, 'messages', 900 * n, 'anomalies', n, 'undecoded', 700 * n, 'dropped', 0)
      from unnest(${PROTOCOLS}) with ordinality as t(p, n)`,
    `insert into changes (site, subject, at_us, kind) select '${site}', ${asset('i')}, ${at('i', 14)}, 'asset.new' from generate_series(1, ${v.assets}) as i`,
    `insert into sensors (site, sensor, last_number, last_us) values ('${site}', 'seed', 1, ${NOW_US})`,
  ]
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'small' },
      site: { type: 'string', default: 'seed' },
      url: { type: 'string' },
      data: { type: 'string', default: '.isthmus' },
    },
  })
  const url = values.url ?? process.env.DATABASE_URL ?? (await startEmbedded({ dataFolder: values.data })).url
  const database = connect({ url })
  await migrate(database)
  await seed(database, values.site, values.size === 'large' ? LARGE : SMALL)
  await database.close()
  console.log(`seeded site ${values.site} (${values.size})`)
}
