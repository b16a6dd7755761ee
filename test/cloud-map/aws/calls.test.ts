/** The AWS SDK against a Cloud Map that answers in every way but the right one. */
import assert from 'node:assert/strict'
import { AwsCalls } from '../../../src/cloud-map/aws/calls.js'
import { CallFailure, parseFailure, type FailureKind } from '../../../src/cloud-map/aws/failure.js'
import { Log } from '../../control/world.js'
import { FakeAws, type Fault } from './fake-aws.js'

const PLACE = { namespaceName: 'shop.local', serviceName: 'cart' }
const KEYS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_EC2_METADATA_DISABLED: 'true' }

describe('calls of AWS Cloud Map', () => {
  let aws: FakeAws
  let calls: AwsCalls
  const log = Object.assign(new Log(), { debug: () => undefined })
  const environment = process.env

  beforeEach(async () => {
    process.env = { ...environment, ...KEYS }
    aws = await FakeAws.start()
    const where = { endpoint: aws.url, region: 'eu-west-1', fallbackRegion: 'us-east-1' }
    calls = new AwsCalls({ ...where, connectMillis: 1000, logger: log })
  })
  afterEach(async () => {
    calls.close()
    await aws.stop()
    process.env = environment
  })

  const { signal } = new AbortController()

  it('ask for at most 1000 healthy instances, at the host name as it is', async () => {
    aws.register('shop.local', 'cart', { id: 'b', attributes: { v: '2' } }, { id: 'a', attributes: { v: '1' } })
    const { instances, revision, healthCounts, isCut } = await calls.instances(PLACE, signal)
    assert.deepEqual(instances, [
      { id: 'a', attributes: { v: '1' }, healthy: true },
      { id: 'b', attributes: { v: '2' }, healthy: true },
    ])
    assert.deepEqual([revision, healthCounts, isCut], [1, false, false])
    assert.equal(await calls.revision(PLACE, signal), 1)
    const [{ input, host } = assert.fail()] = aws.calls
    const NAMES = { NamespaceName: 'shop.local', ServiceName: 'cart' }
    assert.deepEqual(input, { ...NAMES, HealthStatus: 'HEALTHY', MaxResults: 1000 })
    assert.equal(`http://${host}`, aws.url)
  })

  it('know that health counts where there is a health check, or nothing to tell by', async () => {
    aws.register('shop.local', 'cart', { id: 'a', attributes: {}, health: 'HEALTHY' })
    assert.equal((await calls.instances(PLACE, signal)).healthCounts, true)
    aws.register('shop.local', 'cart')
    assert.equal((await calls.instances(PLACE, signal)).healthCounts, true)
  })

  const FAULTS: readonly { readonly name: string; readonly fault: Fault; readonly kind: FailureKind }[] = [
    { name: 'no such namespace', fault: { kind: 'exception', code: 'NamespaceNotFound' }, kind: 'notFound' },
    { name: 'no such service', fault: { kind: 'exception', code: 'ServiceNotFound' }, kind: 'notFound' },
    { name: 'the limit of requests', fault: { kind: 'exception', code: 'RequestLimitExceeded' }, kind: 'throttled' },
    { name: 'throttling', fault: { kind: 'exception', code: 'ThrottlingException' }, kind: 'throttled' },
    { name: 'a denial', fault: { kind: 'exception', code: 'AccessDeniedException' }, kind: 'denied' },
    {
      name: 'an unknown operation',
      fault: { kind: 'exception', code: 'UnknownOperationException' },
      kind: 'unsupported',
    },
    { name: 'an old token', fault: { kind: 'exception', code: 'ExpiredTokenException' }, kind: 'credentials' },
    { name: 'a server error', fault: { kind: 'exception', code: 'InternalFailure', status: 500 }, kind: 'error' },
    { name: 'a proxy in between', fault: { kind: 'text', text: '<html>', status: 502 }, kind: 'error' },
    { name: 'no JSON', fault: { kind: 'text', text: '<html>' }, kind: 'garbage' },
    { name: 'other JSON', fault: { kind: 'text', text: '{"Instances":7}' }, kind: 'garbage' },
    { name: 'a cut connection', fault: { kind: 'cut' }, kind: 'error' },
  ]
  for (const { name, fault, kind } of FAULTS)
    it(`tell of ${name}, after one attempt`, async () => {
      aws.faults.set('*', fault)
      for (const call of [() => calls.instances(PLACE, signal), () => calls.revision(PLACE, signal)]) {
        const error = await call().catch((thrown: unknown) => thrown)
        assert.ok(error instanceof CallFailure, String(error))
        assert.notEqual(error.message, '')
        // A 5xx that is no answer of Cloud Map cannot be read either.
        if (name === 'a proxy in between') assert.ok(['error', 'garbage'].includes(error.kind))
        else assert.equal(error.kind, kind, error.message)
      }
      assert.equal(aws.calls.length, 2)
    })

  it('end with their signal', async () => {
    aws.faults.set('*', { kind: 'hang' })
    const ending = new AbortController()
    const call = calls.revision(PLACE, ending.signal)
    await aws.until(() => aws.calls.length > 0)
    ending.abort()
    await assert.rejects(call, { kind: 'timeout' })
  })

  it('leave out malformed instances', async () => {
    const text = JSON.stringify({ Instances: [null, 7, {}, { InstanceId: 'a', Attributes: { v: 1, w: 'x' } }] })
    aws.faults.set('*', { kind: 'text', text })
    const { instances, revision } = await calls.instances(PLACE, signal)
    assert.equal(revision, undefined)
    assert.deepEqual(
      instances.map(({ id }) => id),
      ['a'],
    )
  })
})

describe('a missing credential', () => {
  it('is told as such', () => {
    const error = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' })
    const { kind, message } = parseFailure(error)
    assert.equal(kind, 'credentials')
    assert.match(message, /credentials are missing/)
  })
})
