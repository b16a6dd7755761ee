/** Snapshots: what they share with the one before. */
import assert from 'node:assert/strict'
import { encodeResource } from '../../src/codec/encode.js'
import { buildSnapshot, buildTypeSnapshot, reuseUnchanged } from '../../src/xds/snapshot.js'
import { CDS, RDS } from './harness.js'

const cluster = (name: string, type: 'STATIC' | 'STRICT_DNS' = 'STATIC') => encodeResource(CDS, { name, type })
const [a, b] = [cluster('a'), cluster('b')]
const route = encodeResource(RDS, { name: 'r' })

describe('buildSnapshot', () => {
  const previous = buildSnapshot([a, b, route], 1)
  const clusters = previous.types.get(CDS)

  const cases = [
    { name: 'the same resources', given: [a, b], same: true },
    { name: 'the same in another order', given: [b, a], same: true },
    { name: 'one less', given: [a], same: false },
    { name: 'one more', given: [a, b, cluster('c')], same: false },
    { name: 'another content', given: [a, cluster('b', 'STRICT_DNS')], same: false },
    { name: 'another name', given: [a, cluster('c')], same: false },
  ]
  for (const { name, given, same } of cases) {
    it(`${name}: ${same ? 'takes the type from the previous snapshot' : 'makes the type anew'}`, () => {
      const next = buildSnapshot([...given, route], 2, previous)
      assert.equal(next.types.get(CDS) === clusters, same)
      assert.equal(next.types.get(RDS), previous.types.get(RDS))
      assert.deepEqual(next, buildSnapshot([...given, route], 2))
      assert.equal(reuseUnchanged(previous, next) === previous, same)
    })
  }

  it('refuses a name twice, also where the count is that of the previous snapshot', () => {
    assert.throws(() => buildSnapshot([a, a], 2, previous), /named a/)
  })

  it('versions tell every set from every other', () => {
    const versions = cases.map(({ given }) => buildSnapshot(given, 1).types.get(CDS)?.version)
    assert.equal(new Set(versions).size, cases.length - 1)
  })

  it('versions tell names from versions', () => {
    const version = (...pairs: [string, string][]) =>
      buildTypeSnapshot(
        CDS,
        pairs.map(([name, version]) => ({ typeUrl: CDS, name, version, bytes: new Uint8Array() })),
      ).version
    const versions = [version(['a', 'bc']), version(['ab', 'c']), version(['a', 'b'], ['c', 'd'])]
    assert.equal(new Set(versions).size, versions.length)
  })

  it('tells that a type is gone altogether', () => {
    const next = buildSnapshot([a, b], 2, previous)
    assert.equal(reuseUnchanged(previous, next).types.has(RDS), false)
    assert.equal(reuseUnchanged(next, previous).types.get(CDS), clusters)
  })
})
