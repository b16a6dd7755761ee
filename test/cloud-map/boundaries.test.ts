/** Every limit of Cloud Map's model, against the service. */
import { isDeepStrictEqual } from 'node:util'
import { edit, type Place } from '../aws-api/boundaries/places.js'
import { describeBoundaries, isAbsent } from '../aws-api/boundaries/suite.js'
import { inputsOf } from './boundaries/inputs.js'
import { CLOUD_MAP_LIMITS } from './boundaries/limits.js'
import { makeSurroundings, resetSurroundings } from './boundaries/surroundings.js'
import { MODEL } from './model.js'
import { openCloudMap, type Body, type CloudMapService, type Input } from './service.js'

describe('the boundaries of the model of Cloud Map', function () {
  this.timeout(120_000)
  describeBoundaries<CloudMapService>({
    model: MODEL,
    limits: CLOUD_MAP_LIMITS,
    refusal: 'InvalidInput',
    inputsOf,
    unions: {},
    open: async () => {
      const service = await openCloudMap()
      await makeSurroundings(service)
      return service
    },
    canBeSent: () => true,
    buildInput: (_, { value }, { input, path }) => edit(input, path, value) as Input,
    prepare: (service, operation) => (WRITES.test(operation) ? resetSurroundings(service) : Promise.resolve()),
    cleanUp: () => Promise.resolve(),
    exceptionFor,
    faultOf,
  })
})

const WRITES = /^(Create|Delete|Deregister|Register|Tag|Untag|Update)/

/** What must exist: another value is not found. */
function exceptionFor(operation: string, key: string, { value: good }: Place, value: unknown): string | undefined {
  if (isAbsent(value) || value === good) return undefined
  const member = key.replace(/^\w+\./, '')
  return NOT_FOUND[member]?.(operation)
}

const NOT_FOUND: Readonly<Record<string, ((operation: string) => string | undefined) | undefined>> = {
  Id: (operation) => (operation.includes('Namespace') ? 'NamespaceNotFound' : 'ServiceNotFound'),
  InstanceId: (operation) => (operation === 'RegisterInstance' ? undefined : 'InstanceNotFound'),
  'Instances[]': () => 'InstanceNotFound',
  NamespaceId: () => 'NamespaceNotFound',
  NamespaceName: () => 'NamespaceNotFound',
  OperationId: () => 'OperationNotFound',
  OwnerAccount: (operation) => (operation === 'GetOperation' ? 'OperationNotFound' : 'NamespaceNotFound'),
  ResourceARN: () => 'ResourceNotFoundException',
  ServiceId: () => 'ServiceNotFound',
  ServiceName: () => 'ServiceNotFound',
}

/** What was written must be read, and nothing else. */
async function faultOf(service: CloudMapService, operation: string, input: Input, answer: Body) {
  for (const [pattern, read] of READERS) {
    if (!pattern.test(operation)) continue
    const written = Object.entries(await read(service, input, answer))
    const wrong = written.find(([member, value]) => !isDeepStrictEqual(value, plain(input[member])))
    if (wrong) return `stored otherwise: ${JSON.stringify(wrong)}`
  }
  return undefined
}

type Reader = (service: CloudMapService, input: Input, answer: Body) => Promise<Input>

const READERS: readonly (readonly [RegExp, Reader])[] = [
  [
    /^Create\w+Namespace$/,
    async ({ make }, _, { OperationId }) => {
      const { Operation } = await make('GetOperation', { OperationId })
      const { Namespace } = await make('GetNamespace', { Id: Operation.Targets['NAMESPACE'] })
      const { Name, Description, CreatorRequestId } = Namespace
      return { Name, Description, CreatorRequestId }
    },
  ],
  [
    /^CreateService$/,
    ({ make }, _, { Service }) => readService(make, Service.Id, ['Name', 'Description', 'CreatorRequestId']),
  ],
  [
    /^RegisterInstance$/,
    async ({ make }, { ServiceId, InstanceId }) => {
      const { Instance } = await make('GetInstance', { ServiceId, InstanceId })
      return { Attributes: Instance.Attributes, CreatorRequestId: Instance['CreatorRequestId'] }
    },
  ],
  [
    /^UpdateServiceAttributes$/,
    async ({ make }, { ServiceId }) => {
      const { ServiceAttributes } = await make('GetServiceAttributes', { ServiceId })
      return { Attributes: (ServiceAttributes as Input)['Attributes'] }
    },
  ],
]

async function readService(make: CloudMapService['make'], Id: string, members: readonly string[]): Promise<Input> {
  const { Service } = await make('GetService', { Id })
  return Object.fromEntries(members.map((member) => [member, Service[member]]))
}

/** Null is absent. */
function plain(value: unknown): unknown {
  return value === null ? undefined : value
}
