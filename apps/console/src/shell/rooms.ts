/** The rooms of the console, in the order of the rail. A room appears here when it is real. */
import {
  type Icon,
  IconActivity,
  IconBell,
  IconBellOff,
  IconBook2,
  IconClipboardCheck,
  IconEyeOff,
  IconFileSearch,
  IconFileUpload,
  IconFlame,
  IconHistory,
  IconMap2,
  IconServer2,
  IconSettings,
  IconTarget,
  IconTimeline,
  IconVirusSearch,
  IconWaveSine,
} from '../ui/icons.ts'

export type Room = {
  readonly to: string
  readonly name: string
  readonly icon: Icon
  /** Second key after `g`. */
  readonly key: string
  readonly may?: string
  /** A rule above it: another kind of work begins. */
  readonly begins?: boolean
  /** Pages that have no place of their own in the rail and are reached from this room. */
  readonly also?: readonly string[]
}

export const ROOMS: readonly Room[] = [
  { to: '/now', name: 'Now', icon: IconActivity, key: 'n' },
  { to: '/alerts', name: 'Alerts', icon: IconBell, key: 'a', may: 'alert.read' },
  { to: '/incidents', name: 'Incidents', icon: IconFlame, key: 'i', may: 'incident.read' },
  { to: '/assets', name: 'Assets', icon: IconServer2, key: 's', may: 'asset.read', begins: true },
  { to: '/map', name: 'Map', icon: IconMap2, key: 'm', may: 'asset.read' },
  { to: '/sessions', name: 'Sessions', icon: IconTimeline, key: 'e', may: 'session.read' },
  { to: '/operations', name: 'Operations', icon: IconTarget, key: 'o', may: 'operation.read' },
  { to: '/process', name: 'Process', icon: IconWaveSine, key: 'p', may: 'tag.read' },
  { to: '/captures', name: 'Captures', icon: IconFileUpload, key: 'c', may: 'capture.read', begins: true },
  { to: '/coverage', name: 'Blind spots', icon: IconEyeOff, key: 'b', may: 'coverage.read' },
  { to: '/hunts', name: 'Hunts', icon: IconFileSearch, key: 'h', may: 'hunt.read' },
  {
    to: '/rules',
    name: 'Rules',
    icon: IconBook2,
    key: 'r',
    may: 'rule.read',
    begins: true,
    also: ['/own-rules', '/packs', '/detection'],
  },
  { to: '/known-threats', name: 'Known threats', icon: IconVirusSearch, key: 'k', may: 'threat.read' },
  { to: '/baseline', name: 'Baseline', icon: IconHistory, key: 'l', may: 'baseline.read' },
  { to: '/suppressions', name: 'Suppressions', icon: IconBellOff, key: 'u', may: 'suppression.read' },
  { to: '/authorised-changes', name: 'Authorised changes', icon: IconClipboardCheck, key: 'w', may: 'change.read' },
  { to: '/settings', name: 'Settings', icon: IconSettings, key: ',', begins: true },
]
