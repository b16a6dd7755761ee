/** The configuration tab shows every value of a spec. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describeSpec, type Block, type Pair } from '../../src/console/data/describe-spec.js'
import { meshArbitrary } from '../property/mesh-arbitrary.js'
import { RECORDINGS, recordedSpecs, specsOf, type NamedSpec } from './specs.js'

describe('the configuration of a resource in labels and values', () => {
  it('has every value of every valid spec', () => {
    fc.assert(
      fc.property(meshArbitrary, (mesh) => specsOf(mesh).forEach(assertComplete)),
      { numRuns: 200 },
    )
  })

  for (const recording of RECORDINGS) {
    it(`has every value of the recorded mesh ${recording}`, () => recordedSpecs(recording).forEach(assertComplete))
  }

  it('says in words what is set, what is not, and what that means', () => {
    const blocks = describeSpec('virtualNode', {
      listeners: [
        { portMapping: { port: 80, protocol: 'http' }, timeout: { http: { idle: { unit: 's', value: 3 } } } },
      ],
      backends: [{ virtualService: { virtualServiceName: 'cart.local' } }],
    })
    const pairs = new Map(blocks.flatMap(pairsOf).map((pair) => [pair.path, pair]))
    const value = (path: string): string =>
      pairs.get(path)?.values?.join() ?? `(${pairs.get(path)?.absent ?? 'nothing'})`
    assert.equal(value('spec.serviceDiscovery'), '(None)')
    assert.equal(value('spec.listeners[0].portMapping.port'), '80')
    assert.equal(value('spec.listeners[0].timeout.http.idle'), '3 s')
    assert.equal(value('spec.listeners[0].timeout.http.perRequest'), '(nothing)')
    assert.equal(value('spec.listeners[0].healthCheck'), '(Not set)')
    assert.equal(pairs.get('spec.backends[0].virtualService.virtualServiceName')?.names, 'virtualService')
  })
})

function assertComplete({ kind, spec }: NamedSpec): void {
  const shown = new Map(
    describeSpec(kind, spec)
      .flatMap(pairsOf)
      .map((pair) => [pair.path, pair]),
  )
  for (const [path, text] of scalarsOf(spec, 'spec')) {
    const pair = shown.get(path) ?? shown.get(path.replace(/(\[\d+\]|\.unit|\.value)$/, ''))
    assert.ok(pair?.values, `${path} of a ${kind} is not shown: ${JSON.stringify(spec)}`)
    assert.ok(
      LABELLED.test(path) || pair.values.join().includes(text),
      `${path} is shown as ${pair.values.join()}, not as ${text}`,
    )
  }
}

/** Values that are shown in words of their own: choices and switches. */
const LABELLED =
  /\.(protocol|mode|type|ipPreference|responseType|\w+Events\[\d+\]|defaultTargetHostname|defaultPrefix|invert|enforce)$/

function pairsOf({ pairs, tables, blocks }: Block): Pair[] {
  return [...pairs, ...tables.flatMap(({ rows }) => rows.flat()), ...blocks.flatMap(pairsOf)]
}

/** Path and text of every scalar. */
function scalarsOf(value: unknown, path: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => scalarsOf(item, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return [[path, String(value)]]
  return Object.entries(value).flatMap(([name, member]) => scalarsOf(member, `${path}.${name}`))
}
