/** The templates and samples of envoy-bootstrap/: each holds what the code makes today. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import type { Environment } from '../../src/bootstrap/variables.js'
import { bootstrapOf, build, type Given } from './environment.js'

const SAMPLES = join(import.meta.dirname, '../../envoy-bootstrap')
const read = (file: string) => readFileSync(join(SAMPLES, file), 'utf8')

const NODE_ID = { APPMESH_RESOURCE_ARN: 'mesh/shop/virtualNode/cart' }

function argumentsOf(environment: Environment): readonly string[] {
  const result = build(environment)
  assert.ok(result.ok)
  return result.arguments
}

interface Container {
  readonly name: string
  readonly args?: string[]
  readonly command?: string[]
  readonly user?: string
  readonly env?: { name: string; value: string }[]
  readonly securityContext?: { runAsUser?: number; capabilities?: { add?: string[]; drop?: string[] } }
  readonly volumeMounts?: { name: string; mountPath: string }[]
  readonly dependsOn?: { containerName: string; condition: string }[]
}

describe('envoy-bootstrap: templates', () => {
  const cases: {
    file: string
    image: NonNullable<Given['image']>
    values: Record<string, string>
    same: Environment
  }[] = [
    {
      file: 'templates/stock.yaml',
      image: 'stock',
      values: { ...NODE_ID, MESHKEEPER_HOST: 'keeper.internal', MESHKEEPER_PORT: '18000' },
      same: { ...NODE_ID, APPMESH_XDS_ENDPOINT: 'keeper.internal:18000' },
    },
    {
      file: 'templates/app-mesh.yaml',
      image: 'app-mesh',
      values: { ...NODE_ID, APPMESH_XDS_ENDPOINT: 'keeper.internal:18000', AWS_REGION: 'eu-west-1' },
      same: { ...NODE_ID, APPMESH_XDS_ENDPOINT: 'keeper.internal:18000', AWS_REGION: 'eu-west-1' },
    },
  ]
  for (const { file, image, values, same } of cases)
    it(`${file} filled in is what the command prints`, () => {
      const filled = Object.entries(values).reduce(
        (text, [name, value]) => text.replaceAll(`\${${name}}`, value),
        read(file),
      )
      assert.deepEqual(parse(filled), bootstrapOf(same, { image }))
    })
})

describe('envoy-bootstrap: Kubernetes pod', () => {
  const documents = parseAllDocuments(read('kubernetes/pod.yaml')).map((document) => document.toJS() as unknown)
  const [config, pod] = documents as [
    { kind: string; metadata: { name: string }; data: Record<string, string> },
    {
      kind: string
      spec: {
        initContainers: Container[]
        containers: Container[]
        volumes: { name: string; configMap: { name: string } }[]
      }
    },
  ]
  const envoy = pod.spec.containers.find(({ name }) => name === 'envoy')!
  const [proxyinit] = pod.spec.initContainers
  const environment = {
    ...NODE_ID,
    APPMESH_XDS_ENDPOINT: 'meshkeeper.mesh-system.svc.cluster.local:18000',
  }

  it('is a ConfigMap and a Pod', () => assert.deepEqual([config.kind, pod.kind], ['ConfigMap', 'Pod']))

  it('holds what the command prints', () => {
    assert.deepEqual(parse(config.data['envoy.yaml']!), bootstrapOf(environment))
    for (const [name, value] of Object.entries(environment))
      assert.ok(read('kubernetes/pod.yaml').includes(`${name}=${value}`), 'the comment says how it was made')
  })

  it('mounts the bootstrap where Envoy reads it', () => {
    assert.deepEqual(pod.spec.volumes, [{ name: 'bootstrap', configMap: { name: config.metadata.name } }])
    assert.deepEqual(envoy.args, [
      ...['-c', `${envoy.volumeMounts![0]!.mountPath}/envoy.yaml`],
      ...argumentsOf(environment),
    ])
  })

  it('runs Envoy as the user whose traffic is not redirected', () => {
    const values = Object.fromEntries(proxyinit!.env!.map(({ name, value }) => [name, value]))
    assert.equal(values['APPMESH_IGNORE_UID'], String(envoy.securityContext!.runAsUser))
    assert.deepEqual(proxyinit!.securityContext!.capabilities, { drop: ['ALL'], add: ['NET_ADMIN'] })
  })

  it('sets no variable that iptables.sh does not read', () => {
    const script = read('sidecar/iptables.sh')
    for (const { name } of proxyinit!.env!) assert.ok(script.includes(`\${${name}:`), name)
  })
})

describe('envoy-bootstrap: ECS task definition', () => {
  const task = JSON.parse(read('ecs/task-definition.json')) as {
    networkMode: string
    proxyConfiguration: { type: string; containerName: string; properties: { name: string; value: string }[] }
    containerDefinitions: Container[]
  }
  const envoy = task.containerDefinitions.find(({ name }) => name === 'envoy')!
  const properties = Object.fromEntries(task.proxyConfiguration.properties.map(({ name, value }) => [name, value]))
  const environment = { ...NODE_ID, APPMESH_XDS_ENDPOINT: 'meshkeeper.internal:18000' }

  it('holds what the command prints, inline', () => {
    const [flag, bootstrap, ...rest] = envoy.command!
    assert.equal(flag, '--config-yaml')
    assert.deepEqual(JSON.parse(bootstrap!), bootstrapOf(environment))
    assert.deepEqual(rest, argumentsOf(environment))
  })

  it('redirects as App Mesh does', () => {
    assert.equal(task.networkMode, 'awsvpc')
    assert.equal(task.proxyConfiguration.type, 'APPMESH')
    assert.equal(task.proxyConfiguration.containerName, envoy.name)
    assert.deepEqual(properties, {
      IgnoredUID: envoy.user,
      ProxyIngressPort: '15000',
      ProxyEgressPort: '15001',
      AppPorts: '8080',
      EgressIgnoredIPs: '169.254.170.2,169.254.169.254',
      EgressIgnoredPorts: '',
    })
  })

  it('starts the application behind a healthy Envoy', () => {
    const cart = task.containerDefinitions.find(({ name }) => name === 'cart')!
    assert.deepEqual(cart.dependsOn, [{ containerName: 'envoy', condition: 'HEALTHY' }])
  })
})
