/** The outline icons the console uses: one list, so that a second set cannot creep in. */
export {
  IconActivity, IconAdjustmentsHorizontal, IconAlertTriangle, IconArrowLeft, IconArrowRight, IconArrowsSort, IconBell, IconBook2,
  IconCheck, IconChevronDown, IconChevronRight, IconClock, IconColumns3, IconCopy, IconDownload, IconEyeOff, IconFileSearch, IconFileUpload,
  IconFilterOff, IconFlame, IconHierarchy3, IconHistory, IconKey, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconLogout, IconMap2,
  IconMoon, IconNote, IconPencil, IconPrinter, IconSearch, IconServer2, IconSettings, IconSortAscending, IconSortDescending, IconSun,
  IconSunMoon, IconTable, IconTarget, IconTimeline, IconUser, IconUserPlus, IconWaveSine, IconX, IconZoomReset,
} from '@tabler/icons-react'
export type { Icon } from '@tabler/icons-react'
