/** The AWS SDK for JavaScript. */
import assert from 'node:assert/strict'
import * as appMesh from '@aws-sdk/client-app-mesh'
import * as cloudMap from '@aws-sdk/client-servicediscovery'
import type { Client, Input, Outcome } from './client.js'

interface SdkClient {
  send(command: object): Promise<Input>
  destroy(): void
}

type Paginator = (config: { client: SdkClient; pageSize: number }, input: Input) => AsyncIterable<object>

/** Every service has a package of its own. */
interface Sdk {
  readonly members: Readonly<Record<string, unknown>>
  readonly connect: (config: appMesh.AppMeshClientConfig) => unknown
  /** What all its exceptions are made of. */
  readonly Failure: typeof appMesh.AppMeshServiceException | typeof cloudMap.ServiceDiscoveryServiceException
}

const SDKS = {
  appmesh: {
    members: { ...appMesh },
    connect: (config) => new appMesh.AppMeshClient(config),
    Failure: appMesh.AppMeshServiceException,
  },
  servicediscovery: {
    members: { ...cloudMap },
    // Else data- would be put before the host of discovery: see docs/cloud-map.md.
    connect: (config) => new cloudMap.ServiceDiscoveryClient({ ...config, disableHostPrefix: true }),
    Failure: cloudMap.ServiceDiscoveryServiceException,
  },
} as const satisfies Record<string, Sdk>

export function javascriptClient(endpoint: string, service: keyof typeof SDKS = 'appmesh'): Client {
  const { members, connect, Failure }: Sdk = SDKS[service]
  const credentials = { accessKeyId: 'AKIDCLIENTS', secretAccessKey: 'nothing' }
  const client = connect({ endpoint, region: 'us-west-2', credentials, maxAttempts: 3 }) as SdkClient
  const member = (name: string): unknown => {
    assert.ok(members[name], `the SDK has no ${name}`)
    return members[name]
  }
  return {
    name: 'the AWS SDK for JavaScript',
    call: async (operation, input): Promise<Outcome> => {
      const Command = member(`${operation}Command`) as new (input: Input) => object
      try {
        return { result: withoutMetadata(await client.send(new Command(input))) }
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        const { name, message, $metadata } = error
        const typed = name in members && error instanceof (member(name) as new () => Error)
        return { error: { name, message, typed, status: $metadata.httpStatusCode, requestId: $metadata.requestId } }
      }
    },
    /** The SDK's paginators write into the input. */
    paginate: async (operation, input, pageSize) => {
      const pages: Input[] = []
      for await (const page of (member(`paginate${operation}`) as Paginator)({ client, pageSize }, { ...input })) {
        pages.push(withoutMetadata(page as Input))
      }
      return pages
    },
    close: () => client.destroy(),
  }
}

function withoutMetadata(answer: Input): Input {
  return toSeconds(Object.fromEntries(Object.entries(answer).filter(([name]) => name !== '$metadata'))) as Input
}

/** The SDK makes dates of timestamps, and sets members that are absent to undefined. */
function toSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000
  if (Array.isArray(value)) return value.map(toSeconds)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(members.map(([name, item]) => [name, toSeconds(item)]))
}
