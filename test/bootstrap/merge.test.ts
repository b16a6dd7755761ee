import assert from 'node:assert/strict'
import type { MergeContents } from '../../src/bootstrap/merge.js'
import type { Json } from '../../src/bootstrap/message.js'
import type { Environment } from '../../src/bootstrap/variables.js'
import { at, bootstrapOf, NODE, problemsOf, warningsOf } from './environment.js'

const FILES = {
  tracing: 'ENVOY_TRACING_CFG_FILE',
  stats: 'ENVOY_STATS_CONFIG_FILE',
  sinks: 'ENVOY_STATS_SINKS_CFG_FILE',
  resources: 'ENVOY_RESOURCES_CONFIG_FILE',
} as const

/** The environment that names the files, and their contents. */
function withFiles(contents: Partial<Record<keyof typeof FILES, unknown>>, more: Environment = {}) {
  const named = Object.entries(contents).map(([key, content]) => [FILES[key as keyof typeof FILES], content] as const)
  const environment = { ...NODE, ...more, ...Object.fromEntries(named.map(([name]) => [name, '/etc/file.yaml'])) }
  return { environment, files: Object.fromEntries(named) as MergeContents }
}

const tracer = { http: { name: 'mine' } }
const cluster = (name: string) => ({ name, type: 'STATIC' })

const MERGED: { name: string; given: ReturnType<typeof withFiles>; expect: Record<string, Json | undefined> }[] = [
  {
    name: 'a tracing file takes the place of the tracer that is on',
    given: withFiles({ tracing: { tracing: tracer } }, { ENABLE_ENVOY_DATADOG_TRACING: '1' }),
    expect: { tracing: tracer, 'static_resources/clusters/1': undefined },
  },
  {
    name: 'a stats file takes the place of the generated tags',
    given: withFiles({ stats: { statsConfig: { use_all_default_tags: false } } }, { ENABLE_ENVOY_STATS_TAGS: '1' }),
    expect: { stats_config: { use_all_default_tags: false } },
  },
  {
    name: 'a sinks file takes the place of the generated sink',
    given: withFiles({ sinks: { stats_sinks: [{ name: 'mine' }] } }, { ENABLE_ENVOY_DOG_STATSD: '1' }),
    expect: { stats_sinks: [{ name: 'mine' }] },
  },
  {
    name: 'sinks of a resources file are appended',
    given: withFiles({ sinks: { statsSinks: [{ name: 'a' }] }, resources: { stats_sinks: [{ name: 'b' }] } }),
    expect: { stats_sinks: [{ name: 'a' }, { name: 'b' }] },
  },
  {
    name: 'listeners, clusters and secrets are appended, from any of the files',
    given: withFiles({
      tracing: { tracing: tracer, staticResources: { clusters: [cluster('a')] } },
      resources: {
        static_resources: { clusters: [cluster('b')], listeners: [{ name: 'l' }], secrets: [{ name: 's' }] },
      },
    }),
    expect: {
      'static_resources/clusters/0/name': 'meshkeeper_xds',
      'static_resources/clusters/1': cluster('a'),
      'static_resources/clusters/2': cluster('b'),
      'static_resources/listeners': [{ name: 'l' }],
      'static_resources/secrets': [{ name: 's' }],
    },
  },
  {
    name: 'any other field replaces the generated one, in either spelling',
    given: withFiles({ resources: { dynamicResources: { ads_config: {} }, flags_path: '/f' } }),
    expect: { dynamic_resources: { ads_config: {} }, flags_path: '/f', dynamicResources: undefined },
  },
  {
    name: 'an empty resources file is ignored',
    given: withFiles({ resources: null }),
    expect: { 'node/id': 'mesh/shop/virtualNode/cart' },
  },
]

const REFUSED: { name: string; given: ReturnType<typeof withFiles>; expect: string }[] = [
  {
    name: 'an empty tracing file',
    given: withFiles({ tracing: null }),
    expect: 'ENVOY_TRACING_CFG_FILE names an empty file',
  },
  {
    name: 'an empty stats file',
    given: withFiles({ stats: {} }),
    expect: 'ENVOY_STATS_CONFIG_FILE names an empty file',
  },
  {
    name: 'an empty sinks file',
    given: withFiles({ sinks: null }),
    expect: 'ENVOY_STATS_SINKS_CFG_FILE names an empty file',
  },
  {
    name: 'a sinks file without sinks',
    given: withFiles({ sinks: { flags_path: '/f' } }),
    expect: 'ENVOY_STATS_SINKS_CFG_FILE must hold stats_sinks',
  },
  {
    name: 'a list',
    given: withFiles({ resources: [1] }),
    expect: 'ENVOY_RESOURCES_CONFIG_FILE must hold a mapping of bootstrap fields',
  },
  {
    name: 'a second tracer',
    given: withFiles({ resources: { tracing: tracer } }, { ENABLE_ENVOY_JAEGER_TRACING: '1' }),
    expect: 'ENVOY_RESOURCES_CONFIG_FILE sets tracing, which is there already',
  },
  {
    name: 'a second stats configuration',
    given: withFiles({ resources: { stats_config: {} } }),
    expect: 'ENVOY_RESOURCES_CONFIG_FILE sets stats_config, which is there already',
  },
  {
    name: 'both spellings of a field',
    given: withFiles({ stats: { stats_config: {}, statsConfig: {} } }),
    expect: 'ENVOY_STATS_CONFIG_FILE holds stats_config twice, in snake_case and in lowerCamelCase',
  },
  {
    name: 'sinks that are no list',
    given: withFiles({ sinks: { stats_sinks: {} } }),
    expect: 'ENVOY_STATS_SINKS_CFG_FILE must hold a list in stats_sinks',
  },
  {
    name: 'a static resource that is not merged',
    given: withFiles({ resources: { static_resources: { endpoints: [] } } }),
    expect:
      'ENVOY_RESOURCES_CONFIG_FILE holds static_resources.endpoints: only the lists listeners, clusters, secrets are merged',
  },
]

describe('bootstrap: merged files', () => {
  for (const { name, given, expect } of MERGED)
    it(name, () => {
      const bootstrap = bootstrapOf(given.environment, { files: given.files })
      const actual = Object.fromEntries(Object.keys(expect).map((path) => [path, at(bootstrap, path)]))
      assert.deepEqual(actual, expect)
    })

  for (const { name, given, expect } of REFUSED)
    it(`refuses ${name}`, () => assert.deepEqual(problemsOf(given.environment, { files: given.files }), [expect]))

  it('warns of what it replaces and of what it ignores', () => {
    const replaced = withFiles({ resources: { admin: {}, flags_path: '/f' } })
    assert.deepEqual(warningsOf(replaced.environment, { files: replaced.files }), [
      'ENVOY_RESOURCES_CONFIG_FILE replaces the generated admin',
    ])
    const empty = withFiles({ resources: {} })
    assert.deepEqual(warningsOf(empty.environment, { files: empty.files }), [
      'ENVOY_RESOURCES_CONFIG_FILE names an empty file: ignored',
    ])
  })

  it('leaves what was passed in as it was', () => {
    const { environment, files } = withFiles({ resources: { static_resources: { clusters: [cluster('b')] } } })
    const before = structuredClone(files)
    bootstrapOf(environment, { files })
    assert.deepEqual(files, before)
  })
})
