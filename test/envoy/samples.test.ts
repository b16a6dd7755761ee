/** The samples of envoy-bootstrap/ with a real Envoy: their bootstraps, the health check of the ECS task, the sidecar of a host. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { eventually } from './eventually.js'
import { missing, NEWEST, OLDEST, requireEnvoy } from './install.js'
import { Child } from './process.js'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const SAMPLES = join(ROOT, 'envoy-bootstrap')
const TIMEOUT_MS = 60_000

interface Task {
  readonly containerDefinitions: { name: string; command?: string[]; healthCheck?: { command: string[] } }[]
}

describe('samples with real Envoys', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-samples-'))
    // Envoy runs as another user in some of them.
    await chmod(directory, 0o755)
  })
  after(() => rm(directory, { recursive: true }))

  const readEcs = async () => {
    const task = JSON.parse(await readFile(join(SAMPLES, 'ecs/task-definition.json'), 'utf8')) as Task
    return task.containerDefinitions.find(({ name }) => name === 'envoy')!
  }

  for (const version of [OLDEST, NEWEST]) {
    describe(`Envoy ${version}`, () => {
      let envoy: string
      before(async function () {
        envoy = await requireEnvoy(this, version)
      })

      async function validate(args: readonly string[]): Promise<void> {
        const logFile = join(directory, 'validate.log')
        const { code } = await new Child({ command: [envoy, '--mode', 'validate', ...args], logFile }).exited
        assert.equal(code, 0, await readFile(logFile, 'utf8'))
      }

      it('accepts the bootstrap of the Kubernetes pod', async function () {
        this.timeout(TIMEOUT_MS)
        const [config] = parseAllDocuments(await readFile(join(SAMPLES, 'kubernetes/pod.yaml'), 'utf8'))
        const path = join(directory, 'pod.yaml')
        await writeFile(path, (config!.toJS() as { data: Record<string, string> }).data['envoy.yaml']!)
        await validate(['-c', path])
      })

      it('accepts the command of the ECS task', async function () {
        this.timeout(TIMEOUT_MS)
        await validate((await readEcs()).command!)
      })

      it('accepts the template of a stock Envoy', async function () {
        this.timeout(TIMEOUT_MS)
        const template = await readFile(join(SAMPLES, 'templates/stock.yaml'), 'utf8')
        const path = join(directory, 'template.yaml')
        const values = {
          APPMESH_RESOURCE_ARN: 'mesh/m/virtualNode/n',
          MESHKEEPER_HOST: 'keeper',
          MESHKEEPER_PORT: '18000',
        }
        await writeFile(
          path,
          Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, value), template),
        )
        await validate(['-c', path])
      })
    })
  }

  describe('in a network namespace', () => {
    let namespace: string
    let envoy: string
    let children: Child[]

    before(async function () {
      envoy = await requireEnvoy(this)
      namespace = `mk-sample-${process.pid}`
      await run('ip', ['netns', 'add', namespace]).catch((error: unknown) =>
        missing(this, 'root, network namespaces and iptables', error),
      )
      await inside('ip', 'link', 'set', 'lo', 'up')
    })
    beforeEach(() => {
      children = []
    })
    afterEach(() => Promise.all(children.map((child) => child.stop('SIGTERM'))))
    after(() => run('ip', ['netns', 'del', namespace]).catch(() => undefined))

    const inside = (...command: string[]) => run('ip', ['netns', 'exec', namespace, ...command])
    const start = (name: string, command: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const child = new Child({ command, namespace, env, logFile: join(directory, `${name}.log`) })
      children.push(child)
      return child
    }

    it('the health check of the ECS task tells a live Envoy from one without configuration', async function () {
      this.timeout(TIMEOUT_MS)
      const check = (await readEcs()).healthCheck!.command.slice(1)
      const path = join(directory, 'live.yaml')
      const admin = 'admin: {address: {socket_address: {address: 0.0.0.0, port_value: 9901}}}\n'
      await writeFile(path, admin)
      await assert.rejects(inside(...check), 'nobody listens')
      const live = start('live', [envoy, '-c', path, '--disable-hot-restart'])
      await eventually({ what: 'a healthy Envoy', timeoutMs: TIMEOUT_MS }, async () => {
        await live.assertRunning('Envoy')
        return inside(...check).then(() => true)
      })
      await live.stop('SIGKILL')

      const waiting = start('waiting', [envoy, ...(await readEcs()).command!])
      await eventually({ what: 'an answering Envoy', timeoutMs: TIMEOUT_MS }, async () => {
        await waiting.assertRunning('Envoy')
        return inside('curl', '-sf', 'http://127.0.0.1:9901/server_info').then(() => true)
      })
      await assert.rejects(inside(...check), 'it waits for its first configuration')
    })

    it('run.sh writes the bootstrap, redirects, runs Envoy as its user, and cleans up', async function () {
      this.timeout(TIMEOUT_MS)
      const bin = join(directory, 'bin')
      await mkdir(bin)
      await writeFile(join(bin, 'envoy'), `#!/bin/sh\nexec ${envoy} "$@"\n`, { mode: 0o755 })
      await writeFile(
        join(bin, 'keeper'),
        `#!/bin/sh\ncd ${ROOT} && exec ${process.execPath} --import tsx src/main.ts "$@"\n`,
        { mode: 0o755 },
      )
      const sidecar = join(SAMPLES, 'sidecar')
      const path = join(directory, 'sidecar.yaml')
      const script = `set -a; . ${sidecar}/sidecar.env; set +a; exec ${sidecar}/run.sh ${path}`
      const child = start('sidecar', ['sh', '-c', script], {
        MESHKEEPER_COMMAND: join(bin, 'keeper'),
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        ENVOY_OUTLIER_DETECTION_EVENT_LOG_PATH: '/dev/null',
      })
      const rules = async () => (await inside('iptables', '-t', 'nat', '-S')).stdout
      await eventually({ what: 'Envoy behind its redirection', timeoutMs: TIMEOUT_MS }, async () => {
        await child.assertRunning('run.sh')
        await inside('curl', '-sf', 'http://127.0.0.1:9901/server_info')
        return /APPMESH_INGRESS .*--dports 8080 -j REDIRECT --to-ports 15000/.test(await rules())
      })
      assert.match(await readFile(path, 'utf8'), /^ {2}id: mesh\/shop\/virtualNode\/cart$/m)
      const { stdout: processes } = await run('ps', ['-eo', 'uid=,args='])
      const own = processes.split('\n').filter((line) => line.includes(`${envoy} -c ${path} -l info`))
      assert.deepEqual(
        own.map((line) => line.trim().split(' ')[0]),
        ['1337'],
      )
      const { code } = await child.stop('SIGTERM')
      assert.equal(code, 0, await child.log())
      assert.doesNotMatch(await rules(), /APPMESH/)
    })
  })
})
