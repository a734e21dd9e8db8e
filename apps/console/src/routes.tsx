/** The map of the product: every address and the page behind it. Pages arrive when they are opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router'
import { onSignedOut, queryClient } from './api/query.ts'
import { ApiError } from './api/request.ts'
import { fetchMe } from './shell/me.ts'
import { NoSuchPage, PageFailed } from './shell/no-such-page.tsx'
import { parseSearch, type Search, stringifySearch } from './shell/view-state.ts'

const root = createRootRoute({
  validateSearch: (search): Search => search as Search,
  search: { middlewares: [retainSearchParams(['site', 'range'] as never) as never] },
  component: Outlet,
  notFoundComponent: NoSuchPage,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./features/sign-in/sign-in-page.tsx'), 'SignInPage'),
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
  errorComponent: PageFailed,
  beforeLoad: async ({ location }) => {
    const next = location.href === '/' || location.href === '/now' ? {} : { next: location.href }
    try {
      const me = await fetchMe()
      if (me.state !== 'signed-in') throw redirect({ to: '/sign-in' as never, search: next as never })
    } catch (cause) {
      if (cause instanceof ApiError && cause.status === 401) throw redirect({ to: '/sign-in' as never, search: next as never })
      throw cause
    }
  },
})

const index = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/now' as never })
  },
})

// biome-ignore lint/suspicious/noExplicitAny: each page is a component without required props, named as its module exports it
function page(path: string, load: () => Promise<any>, name: string) {
  return createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load, name), errorComponent: PageFailed })
}

const pages = [
  page('/now', () => import('./features/now/now-page.tsx'), 'NowPage'),
  page('/alerts', () => import('./features/alerts/alerts-page.tsx'), 'AlertsPage'),
  page('/alerts/$id', () => import('./features/alerts/alert-page.tsx'), 'AlertPage'),
  page('/incidents', () => import('./features/incidents/incidents-page.tsx'), 'IncidentsPage'),
  page('/incidents/$id', () => import('./features/incidents/incident-page.tsx'), 'IncidentPage'),
  page('/assets', () => import('./features/assets/assets-page.tsx'), 'AssetsPage'),
  page('/assets/$id', () => import('./features/assets/asset-page.tsx'), 'AssetPage'),
  page('/map', () => import('./features/map/map-page.tsx'), 'MapPage'),
  page('/sessions', () => import('./features/sessions/sessions-page.tsx'), 'SessionsPage'),
  page('/sessions/$id', () => import('./features/sessions/session-page.tsx'), 'SessionPage'),
  page('/operations', () => import('./features/operations/operations-page.tsx'), 'OperationsPage'),
  page('/process', () => import('./features/process/tags-page.tsx'), 'TagsPage'),
  page('/process/$id', () => import('./features/process/tag-page.tsx'), 'TagPage'),
  page('/programs/$id', () => import('./features/programs/program-page.tsx'), 'ProgramPage'),
  page('/captures', () => import('./features/captures/captures-page.tsx'), 'CapturesPage'),
  page('/captures/$id', () => import('./features/captures/capture-page.tsx'), 'CapturePage'),
  page('/captures/$id/packets/$number', () => import('./features/evidence/packet-page.tsx'), 'PacketPage'),
  page('/coverage', () => import('./features/coverage/coverage-page.tsx'), 'CoveragePage'),
  page('/baseline', () => import('./features/baseline/baseline-page.tsx'), 'BaselinePage'),
  page('/known-threats', () => import('./features/known-threats/known-threats-page.tsx'), 'KnownThreatsPage'),
  page('/suppressions', () => import('./features/suppressions/suppressions-page.tsx'), 'SuppressionsPage'),
  page('/authorised-changes', () => import('./features/authorised-changes/changes-page.tsx'), 'ChangesPage'),
  page('/hunts', () => import('./features/hunts/hunts-page.tsx'), 'HuntsPage'),
  page('/hunts/$id', () => import('./features/hunts/hunt-page.tsx'), 'HuntPage'),
  page('/packs', () => import('./features/packs/packs-page.tsx'), 'PacksPage'),
  page('/rules', () => import('./features/rules/rules-page.tsx'), 'RulesPage'),
  page('/detection', () => import('./features/rules/detection-page.tsx'), 'DetectionPage'),
  page('/rules/$name', () => import('./features/rules/rule-page.tsx'), 'RulePage'),
  page('/own-rules', () => import('./features/own-rules/own-rules-page.tsx'), 'OwnRulesPage'),
  page('/own-rules/$id', () => import('./features/own-rules/own-rule-page.tsx'), 'OwnRulePage'),
  page('/settings', () => import('./features/settings/settings-page.tsx'), 'SettingsPage'),
]

export const router = createRouter({
  routeTree: root.addChildren([signIn, shell.addChildren([index, ...pages])]),
  parseSearch: parseSearch as never,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
})

onSignedOut(() => {
  const { pathname, href } = router.state.location
  if (pathname === '/sign-in') return
  queryClient.clear()
  void router.navigate({ to: '/sign-in' as never, search: { next: href } as never })
})
