import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogBook, showCell } from './index.ts'

test('cells are spelled as the ASCII writer spells them', () => {
  const cases: [Parameters<typeof showCell>[0], string, string][] = [
    [undefined, 'string', '-'],
    ['', 'string', '(empty)'],
    ['-', 'string', '\\x2d'],
    ['(empty)', 'string', '\\x28empty)'],
    ['a\tb\nc\\d', 'string', 'a\\x09b\\x0ac\\\\d'],
    ['a,b', 'string', 'a,b'],
    [['a,b', 'c'], 'set[string]', 'a\\x2cb,c'],
    [[], 'set[string]', '(empty)'],
    [true, 'bool', 'T'],
    [false, 'bool', 'F'],
    [0.004, 'interval', '0.004000'],
    [1_352_718_180.337028, 'time', '1352718180.337028'],
    [434.6, 'double', '434.6'],
    [300, 'double', '300.0'],
    [3.143143, 'double', '3.143143'],
    [86585.7265625, 'double', '86585.726562'],
    [-0.0234375, 'double', '-0.023438'],
    [2_147_483_647, 'double', '2147483647.0'],
    [5_987_321_793, 'double', '5.987321793e+09'],
    [2 ** 62, 'double', '4.6116860184273879e+18'],
    [2 ** 40, 'count', '1099511627776'],
    [18446744073709551615n, 'count', '18446744073709551615'],
    [[120, 60], 'vector[interval]', '120.000000,60.000000'],
    ['\u00ff\u0001', 'string', '\\xff\\x01'],
    ['caf\u00c3\u00a9', 'string', 'café'],
    ['\u65e5\u672c', 'string', '日本'],
  ]
  for (const [value, type, expected] of cases) assert.equal(showCell(value, type), expected)
})

test('a log has its heading once, its rows in order and its foot', () => {
  const book = new LogBook()
  const shape = { columns: [['query', 'string']] as const }
  const owner = { uid: 'C1', clientHost: '10.0.0.1', clientPort: 4000, serverHost: '10.0.0.2', serverPort: 53 }
  book.put('dns', shape, owner, ['plant.example'], 1_000_000)
  const first = book.take()
  book.put('dns', shape, owner, [undefined], 2_500_000)
  const rest = book.finish()
  assert.equal(
    [...first, ...rest].map((p) => p.text).join(''),
    [
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\tdns',
      '#open\t1970-01-01-00-00-01',
      '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tquery',
      '#types\ttime\tstring\taddr\tport\taddr\tport\tstring',
      '1.000000\tC1\t10.0.0.1\t4000\t10.0.0.2\t53\tplant.example',
      '2.500000\tC1\t10.0.0.1\t4000\t10.0.0.2\t53\t-',
      '#close\t1970-01-01-00-00-02',
      '',
    ].join('\n'),
  )
  assert.equal(book.rows.get('dns'), 2)
})
