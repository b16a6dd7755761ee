/** The AWS SDK for JavaScript. */
import assert from 'node:assert/strict'
import * as sdk from '@aws-sdk/client-app-mesh'
import type { Client, Input, Outcome } from './client.js'

type Send = (command: object) => Promise<Input>
type Paginator = (config: { client: sdk.AppMeshClient; pageSize: number }, input: Input) => AsyncIterable<object>

export function javascriptClient(endpoint: string): Client {
  const credentials = { accessKeyId: 'AKIDCLIENTS', secretAccessKey: 'nothing' }
  const client = new sdk.AppMeshClient({ endpoint, region: 'us-west-2', credentials, maxAttempts: 3 })
  const send = client.send.bind(client) as Send
  return {
    name: 'the AWS SDK for JavaScript',
    call: async (operation, input): Promise<Outcome> => {
      const Command = member(`${operation}Command`) as new (input: Input) => object
      try {
        return { result: withoutMetadata(await send(new Command(input))) }
      } catch (error) {
        if (!(error instanceof sdk.AppMeshServiceException)) throw error
        const { name, message, $metadata } = error
        const typed = name in sdk && error instanceof (member(name) as new () => Error)
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

function member(name: string): unknown {
  const found = (sdk as unknown as Readonly<Record<string, unknown>>)[name]
  assert.ok(found, `the SDK has no ${name}`)
  return found
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
