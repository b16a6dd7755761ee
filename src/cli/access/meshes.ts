/** What is in the meshes of a server now. */
import type { Definition, Kind, ResourceRef, Tag } from '../../model/resource.js'
import { formatSuggestion } from '../../model/suggest.js'
import { CommandError } from '../command-error.js'
import { RefusedError, type ApiClient } from './api-client.js'

/** A resource as the server has it. */
export interface StoredResource<K extends Kind = Kind> extends Definition<K> {
  readonly arn: string
  readonly version: number
  /** ISO 8601. */
  readonly createdAt: string
  readonly lastUpdatedAt: string
  readonly meshOwner: string
  readonly resourceOwner: string
  readonly tags: readonly Tag[]
}

/** A whole mesh at one revision; a mesh that does not exist is empty. */
export interface MeshState {
  readonly meshName: string
  /** '' while the mesh does not exist. */
  readonly meshOwner: string
  /** 0 while the mesh does not exist. */
  readonly revision: number
  readonly resources: readonly StoredResource[]
}

interface ResourcesAnswer {
  readonly revision: number
  readonly resources: readonly ResourceAnswer[]
}

interface ResourceAnswer extends Omit<StoredResource, 'ref' | 'tags'> {
  readonly kind: Kind
  readonly name: string
  readonly parentName?: string
  readonly tags?: readonly Tag[]
}

/** All of one mesh, whether it exists or not. Throws CommandError. */
export async function readMesh(api: ApiClient, meshName: string): Promise<MeshState> {
  const path = `/meshkeeper/v1/meshes/${encodeURIComponent(meshName)}/resources`
  try {
    const { revision, resources } = (await api.get(path)) as ResourcesAnswer
    const meshOwner = resources.find(({ kind }) => kind === 'mesh')?.meshOwner ?? ''
    return {
      meshName,
      meshOwner,
      revision,
      resources: resources.map((each) => readResource(meshName, meshOwner, each)),
    }
  } catch (error) {
    if (error instanceof RefusedError && error.status === 404)
      return { meshName, meshOwner: '', revision: 0, resources: [] }
    throw error
  }
}

function readResource(meshName: string, meshOwner: string, answer: ResourceAnswer): StoredResource {
  const { kind, name, parentName, spec, tags = [], ...metadata } = answer
  const ref: ResourceRef = { kind, meshOwner, meshName, name, ...(parentName !== undefined && { parentName }) }
  return { ref, spec: spec, tags, ...metadata }
}

/** The names of all meshes, in order. */
export async function listMeshes(api: ApiClient): Promise<string[]> {
  const names: string[] = []
  let nextToken: string | undefined
  do {
    const query = { limit: 100, nextToken }
    const page = (await api.get('/v20190125/meshes', query)) as { meshes: { meshName: string }[]; nextToken?: string }
    names.push(...page.meshes.map(({ meshName }) => meshName))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return names
}

/** The meshes that a command is about: the one that is named, or all. Throws CommandError for one that does not exist. */
export async function readMeshes(api: ApiClient, meshName: string | undefined): Promise<MeshState[]> {
  if (meshName === undefined) return Promise.all((await listMeshes(api)).map((name) => readMesh(api, name)))
  const state = await readMesh(api, meshName)
  if (state.resources.length === 0) throw await unknownMesh(api, meshName)
  return [state]
}

export async function unknownMesh(api: ApiClient, meshName: string): Promise<CommandError> {
  const names = await listMeshes(api)
  const known = names.length > 0 ? `the meshes here: ${names.slice(0, 10).join(', ')}` : 'there is no mesh yet'
  return new CommandError(`error: there is no mesh ${meshName}${formatSuggestion(meshName, names)}; ${known}`)
}
