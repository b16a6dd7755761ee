/** What files may hold, and what is said of those that hold something else. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { displayRef } from '../../src/cli/access/kinds.js'
import { CommandError } from '../../src/cli/command-error.js'
import { formatPlace } from '../../src/cli/manifest/definition.js'
import { readDefinitions } from '../../src/cli/manifest/files.js'

const NODE = '{"meshName":"m","virtualNodeName":"a","spec":{}}'
const read = (text: string, mesh?: string) => readDefinitions(['-'], () => Promise.resolve(text), mesh)

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => assert.fail('it was taken'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof CommandError && error.code === 2, String(error))
  return error.message
}

describe('files with definitions', () => {
  const taken = [
    { name: 'the body of a request', text: NODE, expect: ['virtualNode/a'] },
    { name: 'a mesh without a spec', text: '{"meshName":"m"}', expect: ['mesh/m'] },
    {
      name: 'an answer of the API',
      text: `{"meshName":"m","virtualNodeName":"a","spec":{},"metadata":{"arn":"x"},"status":{"status":"ACTIVE"}}`,
      expect: ['virtualNode/a'],
    },
    { name: 'an answer of the aws CLI', text: `{"virtualNode":${NODE}}`, expect: ['virtualNode/a'] },
    {
      name: 'a mesh as the aws CLI answers it',
      text: '{"mesh":{"meshName":"m","spec":{},"metadata":{},"status":{}}}',
      expect: ['mesh/m'],
    },
    { name: 'a list', text: `[${NODE},{"meshName":"m"}]`, expect: ['virtualNode/a', 'mesh/m'] },
    { name: 'a list with items', text: `{"kind":"List","items":[${NODE}]}`, expect: ['virtualNode/a'] },
    { name: 'JSON objects one a line', text: `${NODE}\n{"meshName":"m"}\n`, expect: ['virtualNode/a', 'mesh/m'] },
    {
      name: 'JSON objects over many lines, one after the other, with brackets in strings',
      text: `${JSON.stringify(JSON.parse(NODE), undefined, 2)}\n{\n"mesh": {"meshName":"m","tags":[{"key":"}\\"{","value":"]"}]}}`,
      expect: ['virtualNode/a', 'mesh/m'],
    },
    {
      name: 'text with a byte order mark',
      text: '\ufeff{"meshName":"m"}\n{"meshName":"n"}',
      expect: ['mesh/m', 'mesh/n'],
    },
    {
      name: 'documents, some of them empty',
      text: `---\n${NODE}\n---\n---\nmeshName: m\n---\n`,
      expect: ['virtualNode/a', 'mesh/m'],
    },
    { name: 'a list of nothing', text: 'items: []', expect: [] },
    { name: 'a kind by its short name', text: 'kind: vn\nmesh: m\nname: a\nspec: {}', expect: ['virtualNode/a'] },
    {
      name: 'a kind in another case',
      text: 'kind: Virtual-Node\nmeshName: m\nvirtualNodeName: a\nspec: {}',
      expect: ['virtualNode/a'],
    },
    {
      name: 'a route',
      text: 'meshName: m\nvirtualRouterName: r\nrouteName: x\nspec: {tcpRoute: {action: {weightedTargets: [{virtualNode: a, weight: 1}]}}}',
      expect: ['route/r/x'],
    },
    {
      name: 'members that are null',
      text: '{"meshName":"m","virtualNodeName":"a","spec":{"listeners":null},"tags":null}',
      expect: ['virtualNode/a'],
    },
    {
      name: 'JSON with tabs',
      text: '{\n\t"meshName": "m",\n\t"virtualNodeName": "a",\n\t"spec": {}\n}',
      expect: ['virtualNode/a'],
    },
    {
      name: 'anchors',
      text: '- &x {meshName: m, virtualNodeName: a, spec: {}}\n- {<<: *x, virtualNodeName: b}',
      expect: ['virtualNode/a', 'virtualNode/b'],
    },
  ]
  for (const { name, text, expect } of taken)
    it(`takes ${name}`, async () => {
      assert.deepEqual(
        (await read(text)).map(({ ref }) => displayRef(ref)),
        expect,
      )
    })

  const refused = [
    { name: 'YAML that is none', text: 'a: [1', expect: /<stdin>:1: .*\]/ },
    { name: 'a text', text: 'hello', expect: /<stdin>:1: this is no definition/ },
    {
      name: 'an unknown kind',
      text: '\nkind: virtualNod',
      expect: /<stdin>:2: there is no kind "virtualNod" \(did you mean virtualNode\?\)/,
    },
    {
      name: 'no name',
      text: 'meshNam: m',
      expect: /<stdin>:1: it does not say of what it is.*meshNam \(did you mean meshName\?\)/,
    },
    {
      name: 'a Kubernetes object of the controller',
      text: 'apiVersion: appmesh.k8s.aws/v1beta2\nkind: VirtualNode',
      expect: /Kubernetes object of the App Mesh controller/,
    },
    { name: 'a Kubernetes object', text: 'apiVersion: v1\nkind: Pod', expect: /not a definition of App Mesh/ },
    { name: 'a CloudFormation template', text: 'Resources: {}', expect: /CloudFormation/ },
    {
      name: 'a listing',
      text: '{"virtualNodes":[{"arn":"x","meshName":"m","virtualNodeName":"a"}]}',
      expect: /item of a listing.*describe-virtual-node/,
    },
    {
      name: 'an unknown member',
      text: `meshName: m\nvirtualNodeName: a\nspec: {}\ntag: []`,
      expect: /<stdin>:4: a virtual node has no member tag \(did you mean tags\?\)/,
    },
    {
      name: 'an unknown member of a spec',
      text: 'meshName: m\nvirtualNodeName: a\nspec:\n  listners: []',
      expect: /<stdin>:4: spec.listners is not a member of App Mesh's model \(did you mean listeners\?\)/,
    },
    {
      name: 'a value out of bounds',
      text: 'meshName: m\nvirtualRouterName: a\nspec:\n  listeners:\n    - portMapping:\n        protocol: http\n        port: 0',
      expect: /<stdin>:7: spec.listeners\[0\].portMapping.port must be between 1 and 65535/,
    },
    {
      name: 'a member that is missing',
      text: 'meshName: m\nvirtualNodeName: a',
      expect: /<stdin>:1: spec is required/,
    },
    {
      name: 'a rule that is broken',
      text: 'meshName: m\nvirtualNodeName: a\nspec:\n  listeners:\n    - portMapping: {port: 1, protocol: http}',
      expect: /serviceDiscovery is required because the node has a listener/,
    },
    { name: 'no mesh', text: 'virtualNodeName: a\nspec: {}', expect: /<stdin>:1: meshName is required/ },
    {
      name: 'the same twice',
      text: `${NODE}\n${NODE}`,
      expect: /<stdin>:2: virtualNode\/a of mesh m is defined a second time, first at <stdin>:1/,
    },
    {
      name: 'a mistake in the second of two objects',
      text: `{\n"meshName": "m"\n}\n\n{\n"meshName": "m",\n"virtualNodeName": 7,\n"spec": {}}`,
      expect: /<stdin>:7: virtualNodeName must be a string/,
    },
    {
      name: 'a key that stands twice, among objects one a line',
      text: `${NODE}\n{"meshName":"m","meshName":"n"}`,
      expect: /<stdin>:2: Map keys must be unique/,
    },
    { name: 'nothing at all', text: '---\n# nobody home\n', expect: /nothing is defined in standard input/ },
    { name: 'a tag that nobody knows', text: 'meshName: m\ntags: !Ref x', expect: /<stdin>:2: Unresolved tag: !Ref/ },
    {
      name: 'a CloudFormation template, without a word on its tags',
      text: 'Resources: {N: {Properties: {MeshName: !Ref Mesh}}}',
      expect: /^error: <stdin>:1: this is a CloudFormation template[^\n]*$/,
    },
    {
      name: 'two names that differ',
      text: 'kind: vn\nmeshName: m\nmesh: m\nvirtualNodeName: a\nname: b\nspec: {}',
      expect: /^error: <stdin>:5: virtualNodeName and name mean the same, but say different things$/,
    },
    { name: 'a long line that is none of YAML', text: `a: "x" ${'y'.repeat(5000)}`, expect: /^.{1,300}$/ },
    { name: 'an alias of nothing', text: 'a: *x', expect: /<stdin>:1: / },
  ]
  for (const { name, text, expect } of refused)
    it(`refuses ${name}`, async () => {
      assert.match(await refusal(read(text)), expect)
    })

  it('tells of everything that is wrong, in one go', async () => {
    const message = await refusal(read('- {kind: x}\n- {meshName: m, virtualNodeName: a, spec: {b: 1}}\n- 7'))
    assert.deepEqual(
      message.split('\n').map((line) => line.slice(0, 17)),
      ['error: <stdin>:1:', 'error: <stdin>:3:', 'error: <stdin>:2:'],
    )
  })

  it('puts definitions without a mesh into the one of --mesh, and refuses those of another', async () => {
    const [node] = await read('virtualNodeName: a\nspec: {}', 'shop')
    assert.equal(node?.ref.meshName, 'shop')
    assert.match(await refusal(read(NODE, 'shop')), /meshName is m, but --mesh says shop/)
  })

  it('gives a health check the port of its listener, as the API does', async () => {
    const healthCheck = {
      protocol: 'tcp',
      healthyThreshold: 2,
      intervalMillis: 5000,
      timeoutMillis: 2000,
      unhealthyThreshold: 2,
    }
    const spec = {
      listeners: [{ portMapping: { port: 81, protocol: 'tcp' }, healthCheck }],
      serviceDiscovery: { dns: { hostname: 'x' } },
    }
    const [node] = await read(JSON.stringify({ meshName: 'm', virtualNodeName: 'a', spec }))
    assert.match(JSON.stringify(node?.spec), /"port":81\}\}\]|"healthCheck":\{[^}]*"port":81/)
  })

  describe('on disk', () => {
    let directory: string
    before(() => {
      directory = mkdtempSync(join(tmpdir(), 'manifest-'))
      mkdirSync(join(directory, 'b'))
      writeFileSync(join(directory, 'b', 'node.json'), NODE)
      writeFileSync(join(directory, 'a.yaml'), '# a mesh\nmeshName: m\n')
      writeFileSync(join(directory, 'README.md'), 'not read')
    })
    after(() => rmSync(directory, { recursive: true }))
    const none = () => Promise.resolve('')

    it('reads directories with all below them', async () => {
      const found = await readDefinitions([directory], none)
      assert.deepEqual(
        found.map(({ ref, place }) => `${displayRef(ref)} ${place ? formatPlace(place).slice(directory.length) : ''}`),
        ['mesh/m /a.yaml:2', 'virtualNode/a /b/node.json:1'],
      )
    })

    it('reads a file once that is named twice', async () => {
      assert.equal((await readDefinitions([directory, join(directory, 'a.yaml')], none)).length, 2)
    })

    it('passes over what begins with a dot, and follows links, but not round in a circle', async () => {
      const mount = join(directory, 'mount')
      mkdirSync(join(mount, '..2026'), { recursive: true })
      writeFileSync(join(mount, '..2026', 'c.yaml'), 'meshName: c')
      symlinkSync('..2026', join(mount, '..data'))
      symlinkSync(join('..data', 'c.yaml'), join(mount, 'c.yaml'))
      symlinkSync(join('..', 'b'), join(mount, 'linked'))
      symlinkSync('.', join(mount, 'again'))
      const found = await readDefinitions([mount], none)
      rmSync(mount, { recursive: true })
      assert.deepEqual(
        found.map(({ ref }) => displayRef(ref)),
        ['mesh/c', 'virtualNode/a'],
      )
    })

    it('refuses text in another encoding, from files and standard input', async () => {
      const latin1 = Buffer.from('meshName: caf\xe9', 'latin1')
      const file = join(directory, 'latin1.txt')
      writeFileSync(file, latin1)
      assert.equal(await refusal(readDefinitions([file], none)), `error: ${file} is not text in UTF-8`)
      const piped = readDefinitions(['-'], () => Promise.resolve(latin1))
      assert.equal(await refusal(piped), 'error: <stdin> is not text in UTF-8')
    })

    it('says what cannot be read', async () => {
      assert.match(await refusal(readDefinitions([join(directory, 'none')], none)), /cannot read .*none.*ENOENT/)
      mkdirSync(join(directory, 'empty'))
      assert.match(await refusal(readDefinitions([join(directory, 'empty')], none)), /no \.json, \.yaml.* file is in/)
    })
  })
})
