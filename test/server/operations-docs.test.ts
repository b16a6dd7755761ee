/** docs/operations.md lists the metrics that there are, with their types and labels, and no others. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { buildMetrics } from '../../src/server/metrics.js'
import { SYSTEM_CLOCK } from '../../src/xds/clock.js'

const TEXT = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
const ROW = /^\| `(meshkeeper_\w+)` \| (\w+) \|(.*?)\|/gm

interface Described {
  readonly name: string
  readonly type: string
  readonly labelNames: readonly string[]
}

describe('docs/operations.md', () => {
  it('lists every metric', async () => {
    const metrics = buildMetrics()
    metrics.followHead(async () => 0)
    metrics.followStreams({ streams: new Set(), now: () => SYSTEM_CLOCK.now() })
    metrics.followCertificates(() => [])
    const { registry } = metrics
    const described = await registry.getMetricsAsJSON()
    const ours = described.flatMap(({ name, type }) => {
      const { labelNames } = registry.getSingleMetric(name) as unknown as Described
      const kind = String(type)
      return name.startsWith('meshkeeper_') ? [`${name} ${kind} ${[...labelNames].join(', ')}`.trim()] : []
    })
    const documented = [...TEXT.matchAll(ROW)].map(([, name = '', type = '', labels = '']) =>
      `${name} ${type} ${labels.replaceAll('`', '').trim()}`.trim(),
    )
    assert.ok(ours.length > 10)
    assert.deepEqual(documented.sort(), ours.sort())
  })
})
