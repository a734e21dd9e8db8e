export { type AddressKind, addressBytes, addressKind, EVERYBODY, hostOf, isGroup, isHostMac, macWithin, networkOf } from './address.ts'
export { addressText, ipv4Text, ipv6Text } from './address-text.ts'
export type { Asset, AssetType, Coverage, Fact, Link, Module, OperatingMode, Operation, Sample, Session, Tag } from './asset.ts'
export { fromBase64, toBase64 } from './base64.ts'
export { Collection } from './collection.ts'
export type {
  Activity,
  AuthorisedChange,
  ChangeKind,
  ChangeUse,
  Deviation,
  Excess,
  Suppression,
  SuppressionScope,
} from './control.ts'
export { type Endpoint, type Evidence, type Micros, NO_ENDPOINT, showEndpoint } from './endpoint.ts'
export { addEvidence, joinEvidence } from './evidence.ts'
export type {
  Alert,
  AlertState,
  Authorisation,
  Exceeded,
  Finding,
  Incident,
  IncidentStep,
  Resolution,
  ScorePart,
  Technique,
  Wording,
} from './finding.ts'
export { derivedId } from './id.ts'
export {
  type Access,
  type AccessClosed,
  type AccessOpened,
  type AddressAsked,
  type AddressClaimed,
  type AlertReceived,
  type AssetAttribute,
  type AssetHinted,
  type Batch,
  type ConfigurationChanged,
  type CoverageReported,
  type CredentialExposed,
  type DeviceDiagnosed,
  type DeviceRestarted,
  type EncryptionNegotiated,
  type FileMoved,
  type FirmwareUpdated,
  LEVELS,
  type Level,
  type LoginTried,
  type ModeChanged,
  type NameResolved,
  type Observation,
  type ObservationKind,
  type OperationDone,
  type ProcessRead,
  type ProcessWrite,
  type ProgramContent,
  type ProgramDownloaded,
  type ProgramEdited,
  type ProgramUploaded,
  type ProtocolAnomaly,
  type ProtocolMisplaced,
  type Seen,
  type ServiceUsed,
  type SessionUpdated,
  type Statement,
  type TagForced,
  type TagValue,
  type TimeSet,
  type WebRequested,
} from './observation.ts'
export { plainCopy } from './plain-copy.ts'
export {
  type ContentPart,
  isProgramMoved,
  type KeptContent,
  type ProgramMoved,
  type ProgramMover,
  type ProgramSection,
  type ProgramVersion,
  withoutContent,
} from './program.ts'
export { isoTime, microsOf } from './time.ts'
