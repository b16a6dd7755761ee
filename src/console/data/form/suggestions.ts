/** What fields offer besides free text: names and ports that the mesh has. */
import { targetServiceOf } from '../../../model/references.js'
import type { Resource } from '../../../model/resource.js'
import { textIn, valueAt, type Draft } from '../draft.js'
import { find, portsOf, providerPorts, resourceOf, type FormPlace, type Neighbour } from './check.js'
import type { Suggest } from './field.js'

export interface Surroundings {
  readonly place: FormPlace
  readonly neighbours: readonly Neighbour[]
  /** The whole draft, and the record in it that has the field. */
  readonly draft: Draft
  readonly record: Draft | undefined
}

/** The values that a field offers, without doubles. */
export function suggest(what: Suggest, surroundings: Surroundings): string[] {
  return [...new Set(SUGGESTIONS[what](surroundings))]
}

const SUGGESTIONS: Record<Suggest, (surroundings: Surroundings) => string[]> = {
  virtualNode: (around) => namesOf(around, 'virtualNode'),
  virtualRouter: (around) => namesOf(around, 'virtualRouter'),
  virtualService: (around) => namesOf(around, 'virtualService'),
  targetPort: ({ neighbours, record }) =>
    texts(portsOf(find(neighbours, 'virtualNode', textIn(valueAt(record, 'virtualNode'))))),
  routerPort: ({ neighbours, place }) => texts(portsOf(find(neighbours, 'virtualRouter', place.parentName ?? ''))),
  gatewayPort: ({ neighbours, place }) => texts(portsOf(find(neighbours, 'virtualGateway', place.parentName ?? ''))),
  servicePort: ({ neighbours, place, draft }) => {
    const name = targetServiceOf((valueAt(draft, 'spec') ?? {}) as Resource<'gatewayRoute'>['spec'])
    const service = find(neighbours, 'virtualService', name ?? '')
    const ref = { kind: place.kind, meshName: place.meshName, meshOwner: place.meshOwner ?? '', name: '' }
    return service ? texts(providerPorts(resourceOf(ref, service), neighbours)) : []
  },
}

function namesOf({ neighbours, place }: Surroundings, kind: Neighbour['kind']): string[] {
  return neighbours.filter((each) => each.kind === kind && !isItself(each, place)).map(({ name }) => name)
}

function isItself({ kind, name }: Neighbour, place: FormPlace): boolean {
  return kind === place.kind && name === place.name
}

function texts(ports: readonly number[]): string[] {
  return ports.map(String)
}
