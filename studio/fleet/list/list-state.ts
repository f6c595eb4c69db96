import {
  type InfiniteData,
  keepPreviousData,
  type QueryKey,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
} from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Page, Query } from '../fleet-requests.ts';

/** The rows of a list, and how loading them stands. */
export interface ListState<Row> {
  readonly rows: readonly Row[];
  readonly loading: boolean;
  /** The rows are those of the filter before. */
  readonly outdated: boolean;
  /** Something is under way. */
  readonly busy: boolean;
  /** There are more than are loaded. */
  readonly more: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  readonly loadMore?: () => void;
}

const PAGE_SIZE = 100;

interface PagedListOptions<Row> {
  queryKey: QueryKey;
  /** Loads a page: the filter, `limit` and `cursor`. */
  load: (query: Query) => Promise<Page<Row>>;
  filter: object;
}

/**
 * A list that is loaded page by page while one scrolls. It stays as it is until an event makes it out of date
 * (live/patch-caches.ts); the old rows stay, dimmed, until those of a changed filter are there.
 */
export function usePagedList<Row>({ queryKey, load, filter }: PagedListOptions<Row>): ListState<Row> {
  return usePages(
    useInfiniteQuery({
      queryKey,
      staleTime: Number.POSITIVE_INFINITY,
      initialPageParam: null as string | null,
      queryFn: ({ pageParam }) => load({ ...filter, limit: PAGE_SIZE, cursor: pageParam }),
      getNextPageParam: (last) => last.nextCursor,
      placeholderData: keepPreviousData,
    }),
  );
}

export function usePages<Row>(query: UseInfiniteQueryResult<InfiniteData<Page<Row>>>): ListState<Row> {
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { ...stateOf(query), rows, more: hasNextPage, loadMore };
}

/** A list that is loaded whole and shown in part. */
export function wholeList<Row>(query: UseQueryResult<readonly Row[]>, shown: readonly Row[]): ListState<Row> {
  return { ...stateOf(query), rows: shown, more: false };
}

function stateOf(query: UseQueryResult<unknown> | UseInfiniteQueryResult) {
  return {
    loading: query.isPending,
    outdated: query.isPlaceholderData,
    busy: query.isFetching,
    error: query.error ?? undefined,
    retry: () => void query.refetch(),
  };
}
