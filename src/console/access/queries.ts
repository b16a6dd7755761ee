/** The hooks through which pages read: each keeps its answer until an event says that it is old. */
import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query'
import { useCallback } from 'react'
import type { Kind, Tag } from '../../model/resource.js'
import { describeResource, listMeshes, listTags, type ApiResource, type MeshItem } from './api.js'
import { KEYS } from './keys.js'
import {
  getBlockers,
  getBootstrap,
  getDefaults,
  getGeneratedConfig,
  getHistory,
  getInfo,
  getProxies,
  getProxy,
  getProxyConfig,
  getResources,
  getStatus,
  type BlockerRef,
  type Bootstrap,
  type BootstrapFlavour,
  type EffectiveDefault,
  type GeneratedConfig,
  type HistoryFilter,
  type Json,
  type MeshResource,
  type MeshResources,
  type MeshStatus,
  type Proxies,
  type ProxyFilter,
  type ServerInfo,
} from './management.js'
import type { MeshPlace, ResourcePlace } from './place.js'

export function useInfo(): UseQueryResult<ServerInfo> {
  return useQuery({ queryKey: KEYS.info, queryFn: ({ signal }) => getInfo(signal) })
}

export function useMeshes(): UseQueryResult<MeshItem[]> {
  return useQuery({ queryKey: KEYS.meshes, queryFn: ({ signal }) => listMeshes(signal) })
}

/** Every resource of a mesh. */
export function useResources(mesh: MeshPlace): UseQueryResult<MeshResources> {
  return useQuery({ queryKey: KEYS.resources(mesh), queryFn: ({ signal }) => getResources(mesh, signal) })
}

/** The resource of a mesh at `place`; `data` is null when there is none. */
export function useResource<K extends Kind>(
  place: ResourcePlace & { readonly kind: K },
): UseQueryResult<MeshResource<K> | null> {
  const { kind, name, parentName } = place
  return useQuery({
    queryKey: KEYS.resources(place),
    queryFn: ({ signal }) => getResources(place, signal),
    select: useCallback(
      ({ resources }: MeshResources) => findResource(resources, kind, name, parentName) ?? null,
      [kind, name, parentName],
    ),
  })
}

export function findResource<K extends Kind>(
  resources: readonly MeshResource[],
  kind: K,
  name: string,
  parentName?: string,
): MeshResource<K> | undefined {
  return resources.find(
    (each): each is MeshResource<K> => each.kind === kind && each.name === name && each.parentName === parentName,
  )
}

/** As the App Mesh API describes it. */
export function useDescription(place: ResourcePlace): UseQueryResult<ApiResource> {
  return useQuery({
    queryKey: KEYS.resource(place, 'describe'),
    queryFn: ({ signal }) => describeResource(place, signal),
  })
}

export function useTags(place: ResourcePlace, arn: string): UseQueryResult<Tag[]> {
  return useQuery({ queryKey: KEYS.resource(place, 'tags'), queryFn: ({ signal }) => listTags(arn, signal) })
}

export function useStatus(mesh: MeshPlace): UseQueryResult<MeshStatus> {
  return useQuery({
    queryKey: KEYS.status(mesh),
    queryFn: ({ signal }) => getStatus(mesh, signal),
    placeholderData: keepPreviousData,
  })
}

export function useGeneratedConfig(place: ResourcePlace): UseQueryResult<GeneratedConfig> {
  return useQuery({
    queryKey: KEYS.resource(place, 'config'),
    queryFn: ({ signal }) => getGeneratedConfig(place, signal),
  })
}

export function useBootstrap(place: ResourcePlace, flavour: BootstrapFlavour): UseQueryResult<Bootstrap> {
  return useQuery({
    queryKey: KEYS.resource(place, `bootstrap-${flavour}`),
    queryFn: ({ signal }) => getBootstrap(place, flavour, signal),
  })
}

export function useDefaults(place: ResourcePlace): UseQueryResult<readonly EffectiveDefault[]> {
  return useQuery({
    queryKey: KEYS.resource(place, 'defaults'),
    queryFn: async ({ signal }) => (await getDefaults(place, signal)).defaults,
  })
}

/** Asked anew each time a dialog opens, and not once what it is about is going. */
export function useBlockers(place: ResourcePlace, enabled: boolean): UseQueryResult<readonly BlockerRef[]> {
  return useQuery({
    queryKey: KEYS.resource(place, 'blockers'),
    queryFn: async ({ signal }) => (await getBlockers(place, signal)).blockers,
    staleTime: 0,
    enabled,
  })
}

export function useProxies(filter: ProxyFilter = {}): UseQueryResult<Proxies> {
  return useQuery({
    queryKey: KEYS.proxies(filter),
    queryFn: ({ signal }) => getProxies(filter, signal),
    placeholderData: keepPreviousData,
  })
}

export function useProxy(name: string): UseQueryResult<Proxies> {
  return useQuery({ queryKey: KEYS.proxy(name), queryFn: ({ signal }) => getProxy(name, signal) })
}

export function useProxyConfig(name: string): UseQueryResult<Json> {
  return useQuery({ queryKey: KEYS.proxyConfig(name), queryFn: ({ signal }) => getProxyConfig(name, signal) })
}

/** The log, newest first, page by page (`fetchNextPage`). */
export function useHistory(filter: HistoryFilter, limit = 50) {
  return useInfiniteQuery({
    queryKey: KEYS.history(filter),
    queryFn: ({ pageParam, signal }) => getHistory(filter, { before: pageParam, limit }, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }) => next,
  })
}

/** Makes everything about a mesh (without one: about every mesh) be fetched again: for whoever has just written. */
export function useRefresh(): (mesh?: MeshPlace) => Promise<void> {
  const client = useQueryClient()
  return useCallback(
    async (mesh) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: KEYS.meshes }),
        client.invalidateQueries({ queryKey: mesh ? KEYS.mesh(mesh) : KEYS.everyMesh }),
        client.invalidateQueries({ queryKey: KEYS.allHistory }),
      ])
    },
    [client],
  )
}
