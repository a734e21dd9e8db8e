import type { Protocol } from '../protocol.ts'
import { type Dicom, type DicomState, dissector } from './dicom.ts'
import { ended, observe } from './observe.ts'

export const dicom: Protocol<Dicom, DicomState> = { dissector, observe, ended }
