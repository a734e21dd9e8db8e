/** How pages ask: one query key shape, `[noun, path, query]`, so that a notice about a noun refreshes exactly its queries. */
import {
  type InfiniteData,
  QueryCache,
  QueryClient,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query'
import { ApiError, get, type Query } from './request.ts'
import type { Page } from './types.ts'

let signedOut: () => void = () => undefined

/** What to do when the server no longer knows who asks. */
export function onSignedOut(act: () => void): void {
  signedOut = act
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      // The question who is signed in may be answered with nobody: the routes deal with that.
      if (error instanceof ApiError && error.status === 401 && queryKey[0] !== 'me') signedOut()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal will be refused again; only an unreachable or failing server is worth another try.
      retry: (times, error) => times < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      refetchOnWindowFocus: false,
    },
  },
})

export function nounOf(path: string): string {
  return path.split('/')[1] ?? path
}

export function useGet<T>(path: string | undefined, query: Query = {}): UseQueryResult<T> {
  return useQuery<T>({
    queryKey: [nounOf(path ?? ''), path, query],
    queryFn: ({ signal }) => get<T>(path!, query, signal),
    enabled: path !== undefined,
    placeholderData: (previous, asked) => (asked?.queryKey[1] === path ? previous : undefined),
  })
}

export type List<T> = {
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<T>>>
  readonly items: readonly T[]
  readonly total: number | undefined
  /** Asks for the next page when there is one and none is under way. */
  readonly more: () => void
}

export function useList<T>(path: string, query: Query = {}, limit = 200): List<T> {
  const result = useInfiniteQuery<Page<T>, Error, InfiniteData<Page<T>>, unknown[], string | undefined>({
    queryKey: [nounOf(path), path, query, 'list'],
    queryFn: ({ pageParam, signal }) => get<Page<T>>(path, { ...query, limit, cursor: pageParam }, signal),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (previous) => previous,
  })
  return {
    query: result,
    items: flat(result.data),
    total: result.data?.pages[0]?.total ?? undefined,
    more: () => {
      if (result.hasNextPage && !result.isFetchingNextPage) void result.fetchNextPage()
    },
  }
}

const flattened = new WeakMap<object, readonly unknown[]>()

/** The same pages give the same array, so that a table need not compare ten thousand rows to know nothing changed. */
function flat<T>(data: InfiniteData<Page<T>> | undefined): readonly T[] {
  if (data === undefined) return []
  const known = flattened.get(data.pages)
  if (known !== undefined) return known as readonly T[]
  const items = data.pages.flatMap((page) => page.items)
  flattened.set(data.pages, items)
  return items
}

export function refresh(...nouns: readonly string[]): void {
  for (const noun of nouns) void queryClient.invalidateQueries({ queryKey: [noun] })
}
