/** Every limit of App Mesh's model, against the service. */
import { isDeepStrictEqual } from 'node:util'
import { ABSENT, edit, type Place } from '../aws-api/boundaries/places.js'
import type { Probe } from '../aws-api/boundaries/probes.js'
import { describeBoundaries, isAbsent } from '../aws-api/boundaries/suite.js'
import type { Answer as AnswerOf } from '../aws-api/service.js'
import { SURROUNDINGS } from './boundaries/carriers.js'
import { inputsOf } from './boundaries/inputs.js'
import { APP_MESH_LIMITS, textOf } from './boundaries/limits.js'
import { MODEL, type Member } from './model.js'
import { openService, type Body, type Input, type Service } from './service.js'

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

/** Not unions in the model, but exactly one all the same, by rule (app-mesh-api.md sections 7.5 and 7.6). */
const BY_RULE: Readonly<Record<string, readonly string[]>> = {
  GatewayRouteHostnameMatch: ['exact', 'suffix'],
  GatewayRouteSpec: ['grpcRoute', 'http2Route', 'httpRoute'],
  HttpGatewayRoutePrefixRewrite: ['defaultPrefix', 'value'],
  HttpPathMatch: ['exact', 'regex'],
  RouteSpec: ['grpcRoute', 'http2Route', 'httpRoute', 'tcpRoute'],
}

describe('the boundaries of the model', function () {
  this.timeout(120_000)
  describeBoundaries<Service>({
    model: MODEL,
    limits: APP_MESH_LIMITS,
    refusal: 'BadRequestException',
    inputsOf,
    unions: BY_RULE,
    open: async () => {
      const service = await openService()
      for (const [operation, input] of SURROUNDINGS) await service.make(operation, { meshName: 'm', ...input })
      return service
    },
    canBeSent,
    buildInput,
    prepare,
    cleanUp,
    exceptionFor,
    faultOf,
  })
})

/** Paths and queries are text. */
function canBeSent(operation: string, { path }: Place, { value }: Probe, { type }: Member): boolean {
  const { path: url = '', query = [] } = MODEL.operations[operation] ?? {}
  const [member = ''] = path as readonly string[]
  const inPath = url.includes(`{${member}}`)
  if (!inPath && !query.includes(member)) return true
  if (value === ABSENT) return !inPath
  return typeof value === (type === 'string' ? 'string' : 'number') && value !== `${String(value).slice(0, -1)}\ud800`
}

function buildInput(key: string, { value }: Probe, { input, path }: Place): Input {
  const fresh = input['clientToken'] === undefined ? input : { ...input, clientToken: textOf('clientToken', 36) }
  const edited = edit(fresh, path, value) as Input
  const tandem = TANDEMS[key]
  return tandem && typeof value === 'number' ? (edit(edited, tandem(path), value) as Input) : edited
}

function exceptionFor(operation: string, key: string, { path, value: good }: Place, value: unknown) {
  const changed = !isAbsent(value) && value !== good
  return changed && (REFERENCES.has(key) || namesAnother(operation, path)) ? 'NotFoundException' : undefined
}

/** Whether a member of the input itself says which resource is meant. */
function namesAnother(operation: string, [member = '', ...more]: Place['path']): boolean {
  const own = /^Create(\w+)/.exec(operation)?.[1]
  if (more.length > 0 || own?.concat('Name').toLowerCase() === String(member).toLowerCase()) return false
  return /Name$|^meshOwner$|^resourceArn$/.test(String(member))
}

function faultOf(_service: Service, _operation: string, input: Input, { spec }: Body): Promise<string | undefined> {
  const same = !input['spec'] || isDeepStrictEqual(comparable(spec), comparable(input['spec']))
  return Promise.resolve(same ? undefined : `stored otherwise: ${JSON.stringify(spec)}`)
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
  const [first] = inputsOf(create)
  await call(create, { ...first, clientToken: textOf('clientToken', 36), ...input })
}

/** What is made is taken away again. */
async function cleanUp({ call, make }: Service, operation: string, answer: AnswerOf<object>): Promise<void> {
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
