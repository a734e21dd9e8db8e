/** Messages of Genisys: names as ICSNPP's log prints them, what they ask for or tell. */
import type { Access } from '@isthmus/model'

export const ESCAPE = 0xf0
export const END = 0xf6
export const CODE = {
  acknowledge: 0xf1,
  indications: 0xf2,
  checkback: 0xf3,
  common: 0xf9,
  poll: 0xfb,
  control: 0xfc,
  recall: 0xfd,
  execute: 0xfe,
}

export const MESSAGES: Readonly<Record<number, readonly [log: string, words: string, access: Access]>> = {
  241: ['Acknowledge Client', 'acknowledgement', 'session'],
  242: ['Indication Data', 'indications', 'read'],
  243: ['Control Data Checkback', 'control checkback', 'session'],
  249: ['Common Control Data', 'common control', 'control'],
  250: ['Acknowledge Indication and Poll', 'acknowledge and poll', 'read'],
  251: ['Poll', 'poll', 'read'],
  252: ['Control Data', 'control', 'control'],
  253: ['Recall Header', 'recall', 'read'],
  254: ['Execute Controls', 'execute controls', 'control'],
}
/** What the field answers lies below, what the office asks from here on. */
export const FIRST_QUESTION = 0xf9
/** The address that holds a unit's mode rather than a word of controls. */
export const MODE_ADDRESS = 0xe0
