import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { loadConfig } from '../../src/server/config.js'
import { NEWEST, OLDEST, requireEnvoy } from '../envoy/install.js'
import { DEPLOY, imageVariables, readDeploy as read, type Compose } from './image.js'
import { requireTool, requireValidator, runTool } from './tools.js'

const SQLITE = { scheme: 'sqlite', path: '/var/lib/meshkeeper/meshkeeper.db' }

interface Container {
  readonly args: string[]
  readonly env: { readonly name: string }[]
  readonly ports: { readonly name: string; readonly containerPort: number }[]
}

describe('deployment files', () => {
  describe('the image', () => {
    it('sets options that there are', async () => {
      const { config } = loadConfig({ flags: {}, environment: await imageVariables() })
      assert.deepEqual(config.store, SQLITE)
    })

    it('is built of files that are let into the build, those of the console among them', async () => {
      const [build = ''] = (await read('Dockerfile')).split(/^FROM /m).slice(1)
      const copied = [...build.matchAll(/^COPY (.*) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
      assert.ok(copied.includes('vite.config.ts') && copied.includes('src'))
      const included = (await read('../.dockerignore')).split('\n')
      for (const name of copied) assert.ok(included.includes(`!${name}`), name)
    })
  })

  describe('docker-compose', () => {
    it('is valid', async function () {
      await requireTool(this, 'docker-compose', 'version')
      const resolved = parse(
        await runTool('docker-compose', '-f', join(DEPLOY, 'compose/docker-compose.yaml'), 'config'),
      ) as Compose
      assert.deepEqual(Object.keys(resolved.services).sort(), ['front', 'meshkeeper-a', 'meshkeeper-b', 'postgres'])
    })

    it('sets options that there are', async () => {
      const { services } = parse(await read('compose/docker-compose.yaml'), { merge: true }) as Compose
      const environment = services['meshkeeper-a']?.environment ?? {}
      assert.equal(loadConfig({ flags: {}, environment }).config.store.scheme, 'postgres')
      assert.deepEqual(services['meshkeeper-b'], services['meshkeeper-a'])
    })

    for (const version of [OLDEST, NEWEST])
      it(`has a front that Envoy ${version} takes`, async function () {
        const envoy = await requireEnvoy(this, version)
        assert.match(await runTool(envoy, '--mode', 'validate', '-c', join(DEPLOY, 'compose/front.yaml')), / OK/)
      })
  })

  describe('kubernetes', () => {
    let directory: string
    before(async () => {
      directory = await mkdtemp(join(tmpdir(), 'meshkeeper-kubernetes-'))
    })
    after(() => rm(directory, { recursive: true }))

    it('is what the API server takes, member for member', async function () {
      const validator = await requireValidator(this)
      await requireTool(this, 'kubectl', 'version', '--client')
      const rendered = join(directory, 'rendered.yaml')
      await writeFile(rendered, await runTool('kubectl', 'kustomize', join(DEPLOY, 'kubernetes')))
      const report = await runTool(validator, '--strict', rendered)
      assert.equal(report.match(/ passed for resource /g)?.length, 7, report)
    })

    it('gives every port a name that the services and policies use', async () => {
      const [deployment] = parseAllDocuments(await read('kubernetes/deployment.yaml'))
      const containers = deployment?.getIn(['spec', 'template', 'spec', 'containers']) as
        { toJSON(): Container[] } | undefined
      const [container] = containers?.toJSON() ?? []
      const variables = await imageVariables()
      for (const { name, containerPort } of container?.ports ?? [])
        assert.equal(variables[`MESHKEEPER_${name.toUpperCase()}`], `:${containerPort}`)
      const names = new Set(container?.ports.map(({ name }) => name))
      assert.deepEqual(names, new Set(['api', 'xds', 'admin']))
      const services = parseAllDocuments(await read('kubernetes/service.yaml')).map(
        (document) => document.toJSON() as Service,
      )
      for (const { spec } of services)
        for (const { targetPort } of spec.ports) assert.ok(names.has(targetPort), targetPort)
    })
  })

  describe('systemd', () => {
    it('is a unit without mistakes', async function () {
      await requireTool(this, 'systemd-analyze', '--version')
      assert.equal(await runTool('systemd-analyze', 'verify', join(DEPLOY, 'systemd/meshkeeper.service')), '')
    })

    it('comes with a configuration that serve takes', async () => {
      const { config } = loadConfig({ flags: { config: join(DEPLOY, 'systemd/meshkeeper.yaml') }, environment: {} })
      assert.deepEqual(config.store, SQLITE)
    })
  })
})

interface Service {
  readonly spec: { readonly ports: { readonly targetPort: string }[] }
}
