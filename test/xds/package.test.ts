/** What someone gets who installs the package: `meshkeeper/xds` from the packed tarball, with types, in a project of their own. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')

/** The strictest settings that a consumer may have: declarations of dependencies are checked too. */
const COMPILER_OPTIONS = {
  target: 'ES2023',
  module: 'NodeNext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
}

const CONSUMER = `
import {
  buildResource, buildSnapshot, buildTypeSnapshot, encodeResource, Engine, parseResource, serveXds, TYPE_URL,
  type EncodedResource, type ResourceSource, type Snapshot, type StreamEvents, type Transport, type XdsNode,
} from 'meshkeeper/xds'

const typed: EncodedResource = encodeResource(TYPE_URL.cluster, { name: 'typed', connect_timeout: { seconds: 1, nanos: 0 } })
const parsed = parseResource({ '@type': TYPE_URL.cluster, name: 'parsed', connect_timeout: '1s' })
const foreign = buildResource({ typeUrl: 'type.googleapis.com/x.Y', name: 'foreign', version: '7', bytes: Uint8Array.of(1) })
const listeners = buildTypeSnapshot(TYPE_URL.listener, [], 'mine')
const { types } = buildSnapshot([typed, parsed, foreign], 1)
const snapshot: Snapshot = { revision: 1, types: new Map([...types, [listeners.typeUrl, listeners]]) }

const source: ResourceSource = {
  watch(node, peer, observer) {
    if (node.id === '') observer.onRefusal({ code: 3, message: 'no id, ' + peer.address })
    else observer.onSnapshot(snapshot)
    return { cancel: () => undefined }
  },
}
const events: StreamEvents = { onPush: (stream, typeUrl, { version }) => console.log('push', stream.node?.id, typeUrl === TYPE_URL.listener && version) }
const transport: Transport = {
  send: ({ resources }) => (console.log('send', resources.map(({ name }) => name).join('+') || 'nothing'), true),
  close: ({ code, message }) => console.log('close', code, message),
}
const node: XdsNode = {
  id: 'n', cluster: '', metadata: {}, userAgentName: '', userAgentVersion: '', clientFeatures: [],
  locality: { region: '', zone: '', subZone: '' },
}
const engine = new Engine({ source, events, limits: { holdMillis: 100 } })
const request = { versionInfo: '', nonce: '', names: [] }
for (const typeUrl of [TYPE_URL.cluster, TYPE_URL.listener])
  engine.open('sotw', { address: 'here' }, transport).receive({ variant: 'sotw', typeUrl, node, request })
engine.open('sotw', { address: 'there' }, transport).receive({ variant: 'sotw', typeUrl: '', node: { ...node, id: '' }, request })
engine.open('sotw', { address: 'there' }, transport).receive({ variant: 'sotw', typeUrl: 'x', node: { ...node, id: '' }, request })

const server = await serveXds({ source, address: { host: '127.0.0.1', port: 0 } })
await server.close()
console.log('end', server.address !== undefined)

// @ts-expect-error a misspelt field
export const mistake = () => encodeResource(TYPE_URL.cluster, { name: 'a', conect_timeout: { seconds: 1 } })
`

const OUTPUT = `push n false
send parsed+typed
push n mine
send nothing
close 3 a request on the aggregated stream needs a type_url
close 3 no id, there
end true
`

describe('the package', function () {
  this.timeout(180_000)
  let directory: string
  let files: readonly string[]
  const inPackage = (file: string) => join(directory, 'node_modules/meshkeeper', file)
  /** Runs a program in the consumer's project; what it says belongs to the failure. */
  const node = (...args: string[]) =>
    run(process.execPath, args, { cwd: directory }).catch((error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string }
      throw new Error(`${stdout}\n${stderr}`, { cause: error })
    })

  before(async () => {
    await access(join(ROOT, 'dist/xds/index.js')).catch(() => assert.fail('not built: npm run build'))
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-package-'))
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory]
    const { stdout } = await run('npm', pack, { cwd: ROOT })
    const [tarball] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }]
    files = tarball.files.map(({ path }) => path)
    await install(join(directory, tarball.filename))
  })
  after(() => rm(directory, { recursive: true, force: true }))

  /** As npm would without a registry: the tarball unpacked, its dependencies (not ours for development) where they are already. */
  async function install(tarball: string): Promise<void> {
    await mkdir(inPackage(''), { recursive: true })
    await run('tar', ['-xzf', tarball, '-C', inPackage(''), '--strip-components=1'])
    const { dependencies } = JSON.parse(await readFile(inPackage('package.json'), 'utf8')) as { dependencies: object }
    for (const name of [...Object.keys(dependencies), '@types/node']) {
      const link = join(directory, 'node_modules', name)
      await mkdir(dirname(link), { recursive: true })
      await symlink(join(ROOT, 'node_modules', name), link)
    }
    await writeFile(join(directory, 'package.json'), JSON.stringify({ type: 'module' }))
    await writeFile(join(directory, 'consumer.ts'), CONSUMER)
    const tsconfig = { compilerOptions: COMPILER_OPTIONS, files: ['consumer.ts'] }
    await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(tsconfig))
  }

  it('holds what it needs to run, and nothing of its making', () => {
    for (const file of ['dist/xds/index.js', 'dist/xds/index.d.ts', 'docs/examples/xds-server.mjs', 'LICENSE'])
      assert.ok(files.includes(file), file)
    assert.ok(files.some((file) => file.startsWith('proto/envoy/')))
    assert.deepEqual(
      files.filter((file) => /^(src|test|bench|\.)|\.tsbuildinfo$/.test(file)),
      [],
    )
  })

  it('holds the console, compressed, and no library of its making', () => {
    assert.ok(files.includes('dist/console/index.html'), 'not built: npm run build')
    const scripts = files.filter((file) => /^dist\/console\/assets\/index-.*\.js$/.test(file))
    assert.ok(scripts.length > 0)
    for (const script of scripts)
      for (const suffix of ['br', 'gz']) assert.ok(files.includes(`${script}.${suffix}`), `${script}.${suffix}`)
  })

  it('compiles in a strict TypeScript project, and runs', async () => {
    await node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.')
    assert.equal((await node('consumer.js')).stdout, OUTPUT)
  })

  it('opens only what it exports', async () => {
    const script = `import('meshkeeper/dist/xds/stream.js').catch(({ code }) => console.log(code))`
    assert.equal((await node('-e', script)).stdout, 'ERR_PACKAGE_PATH_NOT_EXPORTED\n')
    const manifest = `console.log(require('meshkeeper/package.json').name)`
    assert.equal((await node('--input-type=commonjs', '-e', manifest)).stdout, 'meshkeeper\n')
  })
})
