import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Message } from '../../src/bootstrap/message.js'
import type { Environment } from '../../src/bootstrap/variables.js'
import { bootstrapCommand } from '../../src/cli/bootstrap.js'
import { CommandError } from '../../src/cli/command-error.js'
import { at, NODE, NODE_IN_IMAGE } from '../bootstrap/environment.js'

interface Ran {
  readonly stdout: string
  readonly stderr: string
}

async function run(environment: Environment, ...args: string[]): Promise<Ran> {
  const ran = { stdout: '', stderr: '' }
  const command = bootstrapCommand({
    environment,
    stdout: (text) => (ran.stdout += text),
    stderr: (text) => (ran.stderr += text),
  })
  command.exitOverride().configureOutput({ writeErr: () => undefined })
  await command.parseAsync(args, { from: 'user' })
  return ran
}

function refusal(environment: Environment, ...args: string[]): Promise<string> {
  return run(environment, ...args).then(
    () => assert.fail('the command was to fail'),
    (error: unknown) => {
      assert.ok(error instanceof CommandError, String(error))
      return error.message
    },
  )
}

describe('cli: bootstrap', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bootstrap-'))
  })
  after(() => rm(directory, { recursive: true }))

  it('prints YAML that begins with how to start Envoy', async () => {
    const { stdout, stderr } = await run({ ...NODE, ENVOY_CONCURRENCY: '2' })
    const [first] = stdout.split('\n')
    assert.equal(
      first,
      '# Start: envoy -c FILE -l info --concurrency 2 --drain-time-s 20 --disable-hot-restart --skip-deprecated-logs',
    )
    assert.equal(at(parse(stdout) as Message, 'node/id'), NODE.APPMESH_RESOURCE_ARN)
    assert.equal(stderr, '')
  })

  it('says the same in JSON', async () => {
    const yaml = await run(NODE)
    const json = await run(NODE, '--format', 'json')
    assert.deepEqual(JSON.parse(json.stdout), parse(yaml.stdout))
    assert.match(json.stderr, /^start: envoy -c FILE -l info /)
  })

  it('writes YAML without anchors', async () => assert.doesNotMatch((await run(NODE)).stdout, /[&*]a\d/))

  it('writes names so that Envoy cannot take them for anything else', async () => {
    const NAMES = ['n', 'on', 'Yes', 'off', '0777', '1_000', '1e3', '12:30', '~', 'null', '.inf', '2024-01-01']
    for (const name of NAMES) {
      const environment = { APPMESH_RESOURCE_ARN: `mesh/${name}/virtualNode/n`, ENABLE_ENVOY_STATS_TAGS: '1' }
      const { stdout } = await run({ ...environment, APPMESH_RESOURCE_CLUSTER: name }, '--no-host-info')
      for (const version of ['1.1', '1.2'] as const) {
        const bootstrap = parse(stdout, { version }) as Message
        assert.equal(at(bootstrap, 'stats_config/stats_tags/0/fixed_value'), name, version)
        assert.equal(at(bootstrap, 'node/cluster'), name, version)
      }
    }
  })

  it('makes the App Mesh image a bootstrap of its own', async () => {
    const { stdout } = await run(NODE_IN_IMAGE, '--image', 'app-mesh')
    assert.equal(
      at(parse(stdout) as Message, 'dynamic_resources/ads_config/grpc_services/0/google_grpc/target_uri'),
      NODE_IN_IMAGE.APPMESH_XDS_ENDPOINT,
    )
  })

  it('tells what this machine is, unless the Envoy runs elsewhere', async () => {
    const metadata = async (...args: string[]) =>
      at(parse((await run(NODE, ...args)).stdout) as Message, 'node/metadata') as object
    assert.deepEqual(Object.keys(await metadata()), [
      'aws.appmesh.static_runtime',
      'aws.appmesh.task.interfaces',
      'aws.appmesh.platformInfo',
    ])
    assert.deepEqual(Object.keys(await metadata('--no-host-info')), ['aws.appmesh.static_runtime'])
  })

  it('writes a file in one step, replacing what was there, and leaves nothing beside it', async () => {
    const output = join(directory, 'envoy.yaml')
    await writeFile(output, 'old', { mode: 0o600 })
    const before = await stat(output)
    const { stdout, stderr } = await run(NODE, '--output', output)
    assert.equal(stdout, '')
    assert.match(stderr, new RegExp(`^start: envoy -c ${output} -l info `))
    assert.equal(at(parse(await readFile(output, 'utf8')) as Message, 'node/id'), NODE.APPMESH_RESOURCE_ARN)
    assert.notEqual((await stat(output)).ino, before.ino, 'the old file is replaced, not written into')
    assert.deepEqual(await readdir(directory), ['envoy.yaml'])
  })

  it('leaves the old file when there is a problem', async () => {
    const output = join(directory, 'envoy.yaml')
    await writeFile(output, 'old')
    await refusal({}, '--output', output)
    assert.equal(await readFile(output, 'utf8'), 'old')
  })

  it('says why a file cannot be written', async () => {
    const output = join(directory, 'missing', 'envoy.yaml')
    assert.match(await refusal(NODE, '--output', output), /^error: cannot write .*missing\/envoy\.yaml: ENOENT/)
  })

  it('names every problem, one to a line', async () => {
    assert.deepEqual((await refusal({ ENABLE_ENVOY_STATS_TAGS: 'yes' })).split('\n'), [
      'error: ENABLE_ENVOY_STATS_TAGS must be a boolean (true or false), not "yes"',
      'error: APPMESH_RESOURCE_ARN must be set: the ARN of the virtual node or gateway, or its short name',
    ])
  })

  it('warns on standard error', async () => {
    const { stderr } = await run({ ...NODE, ENVOY_LOG_LEVELS: 'debug' })
    assert.equal(
      stderr,
      'warning: ENVOY_LOG_LEVELS is not a variable of meshkeeper or App Mesh; did you mean ENVOY_LOG_LEVEL?\n',
    )
  })

  describe('files of the user', () => {
    const file = async (name: string, text: string) => {
      const path = join(directory, name)
      await writeFile(path, text)
      return path
    }

    it('are read and merged', async () => {
      const resources = await file('resources.yaml', 'static_resources:\n  clusters: [{name: mine}]\n')
      const { stdout } = await run({ ...NODE, ENVOY_RESOURCES_CONFIG_FILE: ` ${resources} ` })
      assert.equal(at(parse(stdout) as Message, 'static_resources/clusters/1/name'), 'mine')
    })

    it('may be empty where App Mesh ignores that', async () => {
      const { stderr } = await run({ ...NODE, ENVOY_RESOURCES_CONFIG_FILE: await file('empty.yaml', '# nothing\n') })
      assert.equal(stderr, 'warning: ENVOY_RESOURCES_CONFIG_FILE names an empty file: ignored\n')
    })

    it('must exist', async () => {
      const message = await refusal({ ...NODE, ENVOY_TRACING_CFG_FILE: join(directory, 'none') })
      assert.match(message, /^error: ENVOY_TRACING_CFG_FILE: cannot read .*none: ENOENT/)
    })

    it('must be YAML', async () => {
      const message = await refusal({ ...NODE, ENVOY_STATS_CONFIG_FILE: await file('bad.yaml', 'a: [1') })
      assert.match(message, /^error: ENVOY_STATS_CONFIG_FILE: cannot read .*bad\.yaml: /)
    })
  })

  for (const args of [['--format', 'xml'], ['--image', 'istio'], ['--nonsense']])
    it(`refuses ${args.join(' ')}`, () => assert.rejects(run(NODE, ...args), /error: /))
})
