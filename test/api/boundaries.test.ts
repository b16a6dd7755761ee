/** Every limit of the model, at its edges, for every member of every operation's input, against the service. */
import assert from 'node:assert/strict'
import { SURROUNDINGS } from './boundaries/carriers.js'
import { groupOf, groupProbes } from './boundaries/groups.js'
import { textOf } from './boundaries/limits.js'
import { edit, findPlaces, formatPath, reachableMembers, type Place, type Places } from './boundaries/places.js'
import { ABSENT, itemProbes, probesOf, type Probe } from './boundaries/probes.js'
import { MODEL, type Member } from './model.js'
import { openService, type Answer, type Input, type Service } from './service.js'

const OPERATIONS = Object.keys(MODEL.operations)

/** What must exist: another name is not found. */
const REFERENCES = new Set([
  'GatewayRouteVirtualService.virtualServiceName',
  'VirtualNodeServiceProvider.virtualNodeName',
  'VirtualRouterServiceProvider.virtualRouterName',
  'WeightedTarget.virtualNode',
])

/** Members that must have the value of the one under test. */
const TANDEMS: Readonly<Record<string, (path: Place['path']) => Place['path']>> = {
  'HealthCheckPolicy.port': (path) => [...path.slice(0, -2), 'portMapping', 'port'],
  'VirtualGatewayHealthCheckPolicy.port': (path) => [...path.slice(0, -2), 'portMapping', 'port'],
}

describe('the boundaries of the model', function () {
  this.timeout(120_000)
  let service: Service
  before(async () => {
    service = await openService()
    for (const [operation, input] of SURROUNDINGS) await service.make(operation, { meshName: 'm', ...input })
  })
  after(() => service.close())

  for (const operation of OPERATIONS) {
    const places = findPlaces(operation)
    const shapes = new Set([...places.keys()].map((key) => key.replace(/\..*/, '')))
    describe(operation, () => {
      for (const shape of shapes) it(shape, () => probeShape(operation, shape, places))
    })
  }

  it('are tried for every member that an input can have', () => {
    const found = new Set(OPERATIONS.flatMap((operation) => [...findPlaces(operation).keys()]))
    const missing = [...reachableMembers(OPERATIONS).keys()].filter((key) => !found.has(key))
    assert.deepEqual(missing, [])
  })

  async function probeShape(operation: string, shape: string, places: Places): Promise<void> {
    const faults: string[] = []
    for (const { key, probe } of listProbes(operation, shape, places)) {
      const fault = await tryProbe(operation, key, probe, places.get(key) ?? [])
      if (fault !== undefined) faults.push(`${key}, ${probe.name}: ${fault}`)
    }
    assert.deepEqual(faults, [])
  }

  /** A value that must be refused is tried in one place, one that must be taken in all until one takes it. */
  async function tryProbe(operation: string, key: string, probe: Probe, places: readonly Place[]) {
    if (probe.refusal !== undefined) return tryPlace(operation, key, probe, places[0])
    const faults: string[] = []
    for (const place of places) {
      const fault = await tryPlace(operation, key, probe, place)
      if (fault === undefined) return undefined
      faults.push(fault)
    }
    return faults.join('; ') || 'there is no place for it'
  }

  async function tryPlace(operation: string, key: string, probe: Probe, place: Place | undefined) {
    if (!place) return 'there is no place for it'
    const input = buildInput(key, probe, place)
    await prepare(service, operation, place)
    const answer = await service.call(operation, input)
    await cleanUp(service, operation, answer)
    return probe.refusal === undefined
      ? faultOfTaken(operation, key, probe, place, input, answer)
      : faultOfRefused(probe, place, answer)
  }
})

function listProbes(operation: string, shape: string, places: Places): { key: string; probe: Probe }[] {
  const group = groupOf(shape)
  const [first] = places.get(shape) ?? []
  const ofGroup = first && group.length > 0 ? groupProbes(shape, first, places) : []
  const own = first ? [...ofGroup, unknownMember(first)].map((probe) => ({ key: shape, probe })) : []
  const members = Object.entries(MODEL.shapes[shape]?.members ?? {}).flatMap(([name, member]) =>
    memberProbes(operation, `${shape}.${name}`, member, places).filter(
      ({ key, probe }) => !(group.includes(name) && key === `${shape}.${name}` && isAbsent(probe.value)),
    ),
  )
  return [...own, ...members]
}

function memberProbes(operation: string, key: string, member: Member, places: Places) {
  const [place] = places.get(key) ?? []
  if (!place) return []
  const ofMember = probesOf(key, member, place.value).map((probe) => ({ key, probe }))
  const ofItems = member.items ? itemProbes(`${key}[]`, member.items).map((probe) => ({ key: `${key}[]`, probe })) : []
  return [...ofMember, ...ofItems].filter(({ probe }) => canBeSent(operation, place, probe, member))
}

/** Paths and queries are text. */
function canBeSent(operation: string, { path }: Place, { value }: Probe, { type }: Member): boolean {
  const { path: url = '', query = [] } = MODEL.operations[operation] ?? {}
  const [member = ''] = path as readonly string[]
  const inPath = url.includes(`{${member}}`)
  if (!inPath && !query.includes(member)) return true
  if (value === ABSENT) return !inPath
  return typeof value === (type === 'string' ? 'string' : 'number') && value !== `${String(value).slice(0, -1)}\ud800`
}

function isAbsent(value: unknown): boolean {
  return value === ABSENT || value === null
}

function unknownMember({ value }: Place): Probe {
  return { name: 'an unknown member', value: { ...(value as Input), unknownMember: { a: [1] } } }
}

function buildInput(key: string, { value }: Probe, { input, path }: Place): Input {
  const fresh = input['clientToken'] === undefined ? input : { ...input, clientToken: textOf('clientToken', 36) }
  const edited = edit(fresh, path, value) as Input
  const tandem = TANDEMS[key]
  return tandem && typeof value === 'number' ? (edit(edited, tandem(path), value) as Input) : edited
}

function faultOfRefused({ refusal = '', code = 'BadRequestException' }: Probe, { path }: Place, answer: Answer) {
  const { message } = answer.body
  const said = typeof refusal === 'string' ? message.includes(`${formatPath(path)} ${refusal}`) : refusal.test(message)
  return answer.code === code && said ? undefined : `answered ${answer.status} ${answer.code ?? ''} ${message}`
}

function faultOfTaken(
  operation: string,
  key: string,
  { value }: Probe,
  { path, value: good }: Place,
  input: Input,
  answer: Answer,
) {
  const changed = !isAbsent(value) && value !== good
  const missing = changed && (REFERENCES.has(key) || namesAnother(operation, path))
  const wanted = missing ? 'NotFoundException' : undefined
  if (answer.code !== wanted) return `answered ${answer.status} ${answer.code ?? ''} ${answer.body.message}`
  if (missing || !input['spec']) return undefined
  try {
    assert.deepEqual(comparable(answer.body.spec), comparable(input['spec']))
    return undefined
  } catch (error) {
    return `stored otherwise: ${(error as Error).message}`
  }
}

/** Whether a member of the input itself says which resource is meant. */
function namesAnother(operation: string, [member = '', ...more]: Place['path']): boolean {
  const own = /^Create(\w+)/.exec(operation)?.[1]
  if (more.length > 0 || own?.concat('Name').toLowerCase() === String(member).toLowerCase()) return false
  return /Name$|^meshOwner$|^resourceArn$/.test(String(member))
}

/** Without what is not stored, and without the port that a health check may have been given. */
function comparable(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec), function (this: unknown, name: string, value: unknown) {
    if (value === null || name === 'unknownMember') return undefined
    if (name !== 'healthCheck') return value
    return { ...(value as Input), port: undefined }
  })
}

/** What is deleted must be there. */
async function prepare({ call }: Service, operation: string, { input }: Place): Promise<void> {
  if (!operation.startsWith('Delete')) return
  const create = operation.replace('Delete', 'Create')
  const [place] = findPlaces(create).get(`${create}Input`) ?? []
  await call(create, { ...place?.input, clientToken: textOf('clientToken', 36), ...input })
}

/** What is made is taken away again. */
async function cleanUp({ call, make }: Service, operation: string, answer: Answer): Promise<void> {
  if (answer.status !== 200) return
  if (operation === 'TagResource') {
    const resourceArn = 'arn:aws:appmesh:us-west-2:123456789012:mesh/m'
    const { tags } = await make('ListTagsForResource', { resourceArn })
    await make('UntagResource', { resourceArn, tagKeys: tags.map(({ key }) => key) })
  }
  if (!operation.startsWith('Create')) return
  const names = Object.entries(answer.body).filter(([member]) => member.endsWith('Name'))
  await call(operation.replace('Create', 'Delete'), Object.fromEntries(names))
}
