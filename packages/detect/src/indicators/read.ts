/** One file of indicators, whatever it is. */
import { readCsv } from './csv.ts'
import { Gathering, type IndicatorFile } from './indicator.ts'
import { isMisp, readMisp } from './misp.ts'
import { isStix, readStix } from './stix.ts'

/** `file` is how people call it. Never throws: a file that is none of the formats is refused as a whole. */
export function readIndicators(file: string, content: string): IndicatorFile {
  if (!/^\s*[[{]/.test(content)) return readCsv(content, file)
  let document: unknown
  try {
    document = JSON.parse(content)
  } catch (error) {
    return refused(file, `not JSON: ${error instanceof Error ? error.message.slice(0, 80) : ''}`)
  }
  if (isStix(document)) return readStix(document, file)
  if (isMisp(document)) return readMisp(document, file)
  return refused(file, 'JSON that is neither a STIX bundle nor of MISP')
}

function refused(file: string, reason: string): IndicatorFile {
  const gathering = new Gathering('unknown')
  gathering.refuse(file, '', reason)
  return gathering.done()
}
