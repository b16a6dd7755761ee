/**
 * AWS's walkthrough of outlier detection, from its recorded calls: four tasks in Cloud Map, some of which fail, and what is counted with and
 * without outlier detection, on real Envoys.
 */
import assert from 'node:assert/strict'
import { assertShare, Replay, requireAwsCli } from './corpus.js'
import { eventually } from './eventually.js'
import { useWorld } from './world.js'

const NAMESPACE = 'howto-outlier-detection.local'
const SERVICE = `color.${NAMESPACE}`
const TASKS = ['a', 'b', 'c', 'd'] as const
const SERVERS = [{ protocol: 'http', port: 8080 }] as const
const CLUSTER = 'cluster.cds_egress_howto-outlier-detection_color-node_http_8080'
/** As many as the walkthrough sends at a time. */
const REQUESTS = 200

describe('the recorded mesh outlier-detection', function () {
  let executable = ''
  let replay: Replay
  before(async function () {
    executable = await requireAwsCli(this)
  })
  const world = useWorld(this, async (world) => {
    replay = new Replay(world, 'outlier-detection', executable)
    world.nameServices(SERVICE)
    // The mesh comes first: there is no such namespace yet.
    await replay.next(4)
    const front = await replay.sidecar('virtualNode/front-node')
    await world.startPods({ front: { servers: SERVERS, sidecar: front } })
    const color = await replay.sidecar('virtualNode/color-node', { ENVOY_XDS_PROTOCOL: 'delta' })
    await world.startPods(Object.fromEntries(TASKS.map((name) => [name, { servers: SERVERS, sidecar: color }])))
    const serviceId = await createService()
    for (const task of TASKS) await register(serviceId, task)
  })

  /** The namespace and the service, as the walkthrough's template makes them. */
  async function createService(): Promise<string> {
    await replay.cloudMap('create-private-dns-namespace', { Name: NAMESPACE, Vpc: 'vpc-1' })
    const { Namespaces } = (await replay.cloudMap('list-namespaces', {})) as { Namespaces: { Id: string }[] }
    const answer = await replay.cloudMap('create-service', {
      Name: 'color',
      DnsConfig: { NamespaceId: Namespaces[0]!.Id, DnsRecords: [{ Type: 'A', TTL: 300 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    })
    return (answer as { Service: { Id: string } }).Service.Id
  }

  /** With what ECS registers of a task. */
  function register(ServiceId: string, task: string): Promise<unknown> {
    const Attributes = {
      AWS_INSTANCE_IPV4: world.pod(task).address,
      AWS_INIT_HEALTH_STATUS: 'HEALTHY',
      AVAILABILITY_ZONE: 'us-west-2a',
      REGION: 'us-west-2',
      ECS_CLUSTER_NAME: 'cluster',
      ECS_SERVICE_NAME: 'color',
      ECS_TASK_DEFINITION_FAMILY: 'color',
    }
    return replay.cloudMap('register-instance', { ServiceId, InstanceId: task, Attributes })
  }

  const send = () =>
    world.pod('front').agent.load({
      call: { kind: 'http', url: `http://${SERVICE}:8080/get` },
      requests: REQUESTS,
      concurrency: 2,
    })
  const fault = (task: string) => world.pod(task).agent.behave({ failures: 1e9, failStatus: 500 })
  const stat = (name: string) => world.pod('front').envoy.stat(`${CLUSTER}.${name}`)

  it('spreads over the four tasks evenly', async () => {
    await eventually({ what: 'four tasks' }, async () => {
      const within = await send()
      // Envoy tells its workers of healthy hosts up to a second later than its statistics.
      return TASKS.every((task) => (within.from[task] ?? 0) > REQUESTS / 5)
    })
    const { from, failures } = await send()
    assert.deepEqual([Object.keys(from).sort(), failures], [[...TASKS], {}])
    for (const task of TASKS) assertShare(from[task]!, REQUESTS, 1 / 4)
  })

  it('passes on a quarter of failures while one task fails', async () => {
    await fault('a')
    const { failures } = await send()
    assert.deepEqual(Object.keys(failures), ['500'])
    assertShare(failures['500']!, REQUESTS, 1 / 4)
  })

  it('stops after five failures once outlier detection is there', async () => {
    await world.pod('front').envoy.changedBy('clusters', () => replay.next(1))
    assert.equal(replay.left, 0)
    await eventually({ what: 'four tasks' }, async () => (await stat('membership_healthy')) >= TASKS.length - 1)
    const { failures, failed } = await send()
    assert.ok(failed >= 5 && failed <= 10, JSON.stringify(failures))
    assert.equal(await stat('outlier_detection.ejections_active'), 1)
    assert.deepEqual((await send()).failures, {})
  })

  it('stops for a second task', async () => {
    await fault('b')
    assert.ok((await send()).failed >= 5)
    await eventually({ what: 'no failures' }, async () => (await send()).failed === 0)
    assert.equal(await stat('outlier_detection.ejections_active'), 2)
  })

  it('goes to all of them again when more than half fail', async () => {
    await fault('c')
    await eventually({ what: 'panic' }, async () => {
      await send()
      return (await stat('lb_healthy_panic')) > 0
    })
    assert.equal(await stat('outlier_detection.ejections_active'), 3)
    const { failures } = await send()
    assertShare(failures['500']!, REQUESTS, 3 / 4)
  })

  it('goes in the order of the cleanup', async () => {
    await replay.make('delete-virtual-service', { virtualServiceName: SERVICE })
    for (const virtualNodeName of ['color-node', 'front-node'])
      await replay.make('delete-virtual-node', { virtualNodeName })
    await replay.make('delete-mesh')
  })
})
