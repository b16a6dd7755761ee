/** The resources of a recorded mesh, as they are after its creates. */
import type { MapResource } from '../../src/console/data/map-graph.js'
import { KINDS, titleOf } from '../../src/model/resource.js'
import { readRecording } from '../api/recordings.js'

/** What the creates and updates of test/fixtures/corpus/NAME.ndjson leave, up to the first deletion. */
export function readMesh(name: string): MapResource[] {
  const found = new Map<string, MapResource>()
  for (const { operation, input } of readRecording(name)) {
    const kind = KINDS.find((each) => operation === `Create${titleOf(each)}` || operation === `Update${titleOf(each)}`)
    if (!kind) break
    const parentName = kind === 'route' ? input['virtualRouterName'] : input['virtualGatewayName']
    const resource = {
      kind,
      name: input[`${kind}Name`],
      ...((kind === 'route' || kind === 'gatewayRoute') && { parentName }),
      spec: input['spec'] ?? {},
    } as MapResource
    found.set(`${kind}/${resource.parentName ?? ''}/${resource.name}`, resource)
  }
  return [...found.values()]
}
