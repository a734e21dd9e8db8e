/** What the editor knows without a browser: places of lines, words for errors, and the rule that the menus describe. */
import type { OwnRule } from '../../api/types.ts'

export const TEMPLATE = `title: Somebody writes to the filling pump
name: filling-pump-written
description: Only the recipe server writes to the filling pump.
level: high
tags: [attack.t0855]
logsource: { product: isthmus, category: process_write }
detection:
  pump:
    server.ip: 10.1.2.20
    tag|startswith: DB12
  recipes:
    client.ip: 10.1.1.5
  condition: pump and not recipes
falsepositives: [the recipe server gets another address]
`

/** The category a text names as its log source; empty where it names none. */
export function categoryOf(text: string): string {
  return /\bcategory:\s*([a-z_]+)/.exec(text)?.[1] ?? ''
}

/** Where a line begins and ends in a text; lines count from 1. */
export function placeOfLine(text: string, line: number): readonly [from: number, to: number] {
  let from = 0
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', from)
    if (next < 0) break
    from = next + 1
  }
  const end = text.indexOf('\n', from)
  return [from, end < 0 ? text.length : end]
}

export function linesOf(text: string): number {
  return text.split('\n').length
}

type Wrong = { readonly line: number | null; readonly path: string; readonly reason: string }

export function errorWords({ line, path, reason }: Wrong): string {
  return `${line === null ? '' : `Line ${line}: `}${path === '' ? '' : `${path}: `}${reason}`
}

export function titleOf({ rules, title }: Pick<OwnRule, 'rules' | 'title'>): string {
  const [first, ...more] = rules
  if (first === undefined) return title ?? 'Without a title'
  return more.length === 0 ? first.title : `${first.title} and ${more.length} more`
}

export function stateWords({ isOn, errors, dropped }: Pick<OwnRule, 'isOn' | 'errors' | 'dropped'>): string {
  if (isOn) return dropped.length === 0 ? 'On' : 'On, but does not count'
  return errors.length === 0 ? 'Off' : `Off, ${errors.length === 1 ? '1 error' : `${errors.length} errors`}`
}

/** Why a rule is not in force that should be, or cannot be: the first reason, and how many more there are. */
export function troubleWords(
  { isOn, errors, dropped }: Pick<OwnRule, 'isOn' | 'errors' | 'dropped'>,
  nameOf: (site: string) => string,
): string | undefined {
  const all = isOn ? dropped.map((one) => `${nameOf(one.site)}: ${errorWords(one)}`) : errors.map(errorWords)
  return all.length < 2 ? all[0] : `${all[0]} – and ${all.length - 1} more`
}

export type Ask = { readonly field: string; readonly modifier: string; readonly value: string; readonly isNot: boolean }
export type Draft = {
  readonly title: string
  readonly level: string
  readonly category: string
  readonly asks: readonly Ask[]
}

export const NEW_ASK: Ask = { field: '', modifier: '', value: '', isNot: false }

/** What a menu's rule says in Sigma; values by commas are a list. */
export function yamlOf({ title, level, category, asks }: Draft): string {
  const wanted = asks.filter(({ field, isNot }) => field !== '' && !isNot)
  const unwanted = asks.filter(({ field, isNot }) => field !== '' && isNot)
  const selections = [
    ...(wanted.length === 0 ? [] : ['  seen:', ...wanted.map(askLine)]),
    ...unwanted.flatMap((ask, i) => [`  but_not_${i + 1}:`, askLine(ask)]),
  ]
  const condition = [
    ...(wanted.length === 0 ? [] : ['seen']),
    ...(unwanted.length === 0 ? [] : [unwanted.length === 1 ? 'not but_not_1' : 'not 1 of but_not_*']),
  ].join(' and ')
  return [
    `title: ${scalar(title)}`,
    `name: ${nameOf(title)}`,
    `level: ${level}`,
    `logsource: { product: isthmus, category: ${category} }`,
    'detection:',
    ...selections,
    `  condition: ${condition}`,
    '',
  ].join('\n')
}

function askLine({ field, modifier, value }: Ask): string {
  const key = modifier === '' ? field : `${field}|${modifier}`
  // A pattern or a text with a comma in it stays one value.
  const values = modifier === 're' ? [value] : value.split(',').map((one) => one.trim())
  const given = values.filter((one) => one !== '')
  return `    ${scalar(key)}: ${given.length === 1 ? scalar(given[0]!) : `[${given.map(scalar).join(', ')}]`}`
}

/** Numbers and yes or no as they are; what YAML might read otherwise in quotes. */
function scalar(text: string): string {
  if (/^-?\d{1,15}(\.\d+)?$/.test(text) || text === 'true' || text === 'false') return text
  return /^[A-Za-z][\w./|-]*( [\w./-]+)*$/.test(text) && !/^(null|yes|no|on|off|y|n)$/i.test(text) ? text : JSON.stringify(text)
}

export function nameOf(title: string): string {
  const name = title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return name === '' ? 'my-rule' : name
}
