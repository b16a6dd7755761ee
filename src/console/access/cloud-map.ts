/** The Cloud Map API as an SDK would call it: AWS JSON 1.1, every operation a POST to `/` (cloud-map-api.md section 1), unsigned. */
import { requestJson } from './http.js'

/** Calls an operation, e.g. `callCloudMap('GetNamespace', { Id })`. Throws AccessError. */
export function callCloudMap<Answer>(operation: string, input: object, signal?: AbortSignal): Promise<Answer> {
  return requestJson<Answer>('/', {
    method: 'POST',
    body: input,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Route53AutoNaming_v20170314.${operation}`,
    },
    ...(signal && { signal }),
  })
}

/** Every item of a listing, e.g. `listCloudMap<Namespace>('ListNamespaces', 'Namespaces', {})`. */
export async function listCloudMap<Item>(
  operation: string,
  member: string,
  input: object,
  signal?: AbortSignal,
): Promise<Item[]> {
  const found: Item[] = []
  let token: string | undefined
  do {
    const page = { ...input, MaxResults: 100, ...(token === undefined ? {} : { NextToken: token }) }
    const answer = await callCloudMap<Readonly<Record<string, unknown>>>(operation, page, signal)
    found.push(...((answer[member] as readonly Item[] | undefined) ?? []))
    token = answer['NextToken'] as string | undefined
  } while (token !== undefined)
  return found
}
