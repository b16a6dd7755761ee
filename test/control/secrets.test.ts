/** Secrets in the configuration of Envoys without sockets: when they come, what waits for them, who has them. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { toJson } from '../../src/codec/json.js'
import { addSecrets, type SecretMaterials } from '../../src/control/secrets.js'
import { encodeResource } from '../../src/codec/encode.js'
import type { EncodedResource } from '../../src/codec/resource.js'
import type { SecretNeed } from '../../src/translate/secret-need.js'
import { buildSnapshot, groupByType, type Snapshot } from '../../src/xds/snapshot.js'
import { SECRET_TYPE } from '../../src/xds/types.js'
import { CDS, LDS, RDS } from '../xds/harness.js'
import { nodeRef } from './world.js'

const ref = nodeRef('a')
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Material for some ARNs. */
function materials(chains: Readonly<Record<string, string>>): SecretMaterials {
  const found = new Map(Object.entries(chains).map(([arn, chain]) => [arn, { chain, privateKey }]))
  const find = (arn: string) => found.get(arn) ?? { problem: `no ${arn}` }
  return { certificate: find, authority: find, onChange: () => () => undefined }
}

const certificate = (arn: string): SecretNeed => ({ kind: 'certificate', name: arn, arn })
const trust = (...arns: string[]): SecretNeed => ({ kind: 'validation', name: arns.join(','), arns })
/** A listener that names a secret, or none. */
const listener = (name: string, secret = ''): EncodedResource => encodeResource(LDS, { name, stat_prefix: secret })
const cluster = (name: string, secret = ''): EncodedResource =>
  encodeResource(CDS, { name, eds_cluster_config: { service_name: secret } })
const route = (name: string): EncodedResource => encodeResource(RDS, { name })

interface State {
  readonly snapshot?: Snapshot
  readonly needs?: readonly SecretNeed[]
}

function add(
  needs: SecretNeed[],
  resources: EncodedResource[],
  chains: Record<string, string>,
  state: State = {},
  keys = true,
) {
  const { snapshot: previous, needs: previousNeeds = [] } = state
  const lists = [...groupByType(resources).values()]
  const result = addSecrets({ ref, needs, lists, keys, previous, previousNeeds }, materials(chains))
  const all = [...result.lists].flat()
  return {
    ...result,
    snapshot: buildSnapshot(all, 1),
    names: all.map(({ name }) => name).sort(),
    messages: result.problems.map(({ message }) => message),
    secrets: all.filter(({ typeUrl }) => typeUrl === SECRET_TYPE),
  }
}

describe('secrets', () => {
  it('cost nothing to a proxy without needs', () => {
    const lists = [[listener('l')]]
    const input = { ref, needs: [], lists, keys: true, previous: undefined, previousNeeds: [] }
    assert.equal(addSecrets(input, materials({})).lists, lists)
  })

  it('hold chain and key, or the certificates to trust', () => {
    const { secrets } = add([certificate('A'), trust('X', 'Y')], [], { A: 'chain', X: 'x\n', Y: 'y\n' })
    const text = (base64: string) => Buffer.from(base64, 'base64').toString()
    const [one, two] = secrets.map(
      (each) => toJson(each) as unknown as Record<string, Record<string, { inline_bytes: string }>>,
    )
    assert.equal(text(one!['tls_certificate']!['certificate_chain']!.inline_bytes), 'chain')
    assert.equal(
      text(one!['tls_certificate']!['private_key']!.inline_bytes),
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
    )
    assert.equal(text(two!['validation_context']!['trusted_ca']!.inline_bytes), 'x\ny\n')
  })

  it('have versions of what is public, the same everywhere', () => {
    const version = (needs: SecretNeed[], chains: Record<string, string>) => add(needs, [], chains).secrets[0]!.version
    assert.equal(version([certificate('A')], { A: 'one' }), version([certificate('A')], { A: 'one' }))
    assert.notEqual(version([certificate('A')], { A: 'one' }), version([certificate('A')], { A: 'two' }))
    assert.notEqual(version([certificate('A')], { A: 'one' }), version([certificate('B')], { B: 'one' }))
    assert.match(version([certificate('A')], { A: 'one' }), /^[0-9a-f]{16}$/)
  })

  it('are built once while the material is the same', () => {
    const same = materials({ A: 'chain' })
    const input = { ref, needs: [certificate('A')], lists: [], keys: true, previous: undefined, previousNeeds: [] }
    const build = () => [...addSecrets(input, same).lists][0]![0]
    assert.equal(build(), build())
  })

  it('without keys leave out certificates, and nothing else', () => {
    const { secrets, withheld, messages } = add(
      [certificate('A'), trust('X')],
      [listener('l', 'A')],
      { A: 'a', X: 'x' },
      {},
      false,
    )
    assert.deepEqual(
      secrets.map(({ name }) => name),
      ['X'],
    )
    assert.deepEqual(withheld, ['A'])
    assert.deepEqual(messages, [])
  })

  it('that are missing are a problem, and a new proxy has everything else', () => {
    const { names, messages } = add([certificate('A')], [listener('l', 'A'), route('r')], {})
    assert.deepEqual(names, ['l', 'r'])
    assert.deepEqual(messages, ['no A'])
  })

  it('that are missing keep a listener as it was, with what it used, and nothing else', () => {
    const before = add([], [listener('in'), listener('out'), route('old'), cluster('old')], {})
    const changed = encodeResource(LDS, { name: 'out', stat_prefix: 'new' })
    const next = [listener('in', 'A'), changed, route('new'), cluster('new')]
    const after = add([certificate('A')], next, {}, before)
    const typed = (typeUrl: string) => after.snapshot.types.get(typeUrl)!.resources
    assert.equal(typed(LDS).get('in'), before.snapshot.types.get(LDS)!.resources.get('in'))
    assert.equal(typed(LDS).get('out'), changed)
    assert.deepEqual([...typed(RDS).keys()], ['new', 'old'])
    assert.deepEqual([...typed(CDS).keys()], ['new', 'old'])
    assert.match(after.messages.join(), /no A,in stays as it was until/)
    const done = add([certificate('A')], next, { A: 'chain' }, after)
    assert.deepEqual(done.names, ['A', 'in', 'new', 'new', 'out'])
    assert.deepEqual(done.messages, [])
  })

  it('of what stays as it was are kept and renewed too', () => {
    const before = add([certificate('A')], [listener('in', 'A')], { A: 'one' })
    const after = add([certificate('B')], [listener('in', 'B')], { A: 'one' }, before)
    assert.deepEqual(after.names, ['A', 'in'])
    assert.deepEqual(
      after.needs.map(({ name }) => name),
      ['B', 'A'],
    )
    const renewed = add([certificate('B')], [listener('in', 'B')], { A: 'two' }, after)
    assert.notEqual(renewed.secrets[0]!.version, after.secrets[0]!.version)
    const done = add([certificate('B')], [listener('in', 'B')], { A: 'two', B: 'b' }, renewed)
    assert.deepEqual(done.names, ['B', 'in'])
    assert.deepEqual(
      done.needs.map(({ name }) => name),
      ['B'],
    )
  })

  it('that were there and are gone hold nothing up', () => {
    const before = add([certificate('A')], [listener('in', 'A'), route('old')], { A: 'one' })
    const changed = encodeResource(LDS, { name: 'in', stat_prefix: 'A', continue_on_listener_filters_timeout: true })
    const after = add([certificate('A')], [changed, route('new')], {}, before)
    assert.equal(after.snapshot.types.get(LDS)!.resources.get('in'), changed)
    assert.deepEqual(after.names, ['in', 'new'])
    assert.deepEqual(after.messages, ['no A'])
  })

  it('that are missing do not keep what needs others whose names begin like theirs', () => {
    const name = `arn:aws:acm:us-east-1:123456789012:certificate/${'long'.repeat(30)}`
    const issuer: SecretNeed = { kind: 'validation', name: `${name}/issuer`, arns: ['X'] }
    const before = add([certificate(name)], [cluster('c'), listener('l')], { X: 'x' })
    const next = [cluster('c', issuer.name), listener('l', name)]
    const after = add([certificate(name), issuer], next, { X: 'x' }, before)
    assert.equal(after.snapshot.types.get(CDS)!.resources.get('c'), next[0])
    assert.equal(
      after.snapshot.types.get(LDS)!.resources.get('l'),
      before.snapshot.types.get(LDS)!.resources.get('l'),
      'a name of more than 127 bytes is found',
    )
  })

  it('that are missing keep clusters as they were', () => {
    const before = add([], [cluster('c')], {})
    const after = add([trust('X')], [cluster('c', 'X')], {}, before)
    assert.equal(after.snapshot.types.get(CDS)!.resources.get('c'), before.snapshot.types.get(CDS)!.resources.get('c'))
  })
})
