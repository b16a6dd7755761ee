import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { goldenCases, translateCase, type ProxyOutput } from '../translate/golden.js'
import { GoldenAds } from './golden-ads.js'
import { NEWEST, OLDEST, requireEnvoy } from './install.js'
import { Child } from './process.js'

const NOTHING = { clusters: [], endpoints: [], listeners: [], routes: [] }

/** One Envoy per version takes every golden in turn: all four types are validated by Envoy itself. */
for (const version of [OLDEST, NEWEST]) {
  describe(`Envoy ${version} takes every golden`, () => {
    const ads = new GoldenAds()
    let directory: string
    let envoy: Child | undefined

    before(async function () {
      const binary = await requireEnvoy(this, version)
      directory = await mkdtemp(join(tmpdir(), 'meshkeeper-goldens-'))
      envoy = await startEnvoy(binary, directory, await ads.start())
      // An Envoy that starts with clusters asks for listeners only when their names are resolved.
      await ads.load(NOTHING)
    })

    after(async () => {
      await envoy?.stop('SIGKILL')
      ads.stop()
      if (directory) await rm(directory, { recursive: true, force: true })
    })

    for (const golden of goldenCases()) {
      it(golden.name, async () => {
        for (const output of translateCase(golden)) await load(output)
      })
    }

    it('and would not have taken just anything', async () => {
      const [output] = translateCase(goldenCases().find(({ name }) => name === 'services-sharing-a-port')!)
      const twice = { ...output!, clusters: [...output!.clusters, output!.clusters[0]!] }
      await assert.rejects(ads.load(twice), /duplicate cluster/)
    })

    async function load(output: ProxyOutput): Promise<void> {
      await envoy?.assertRunning(`Envoy ${version}`)
      await ads.load(output)
    }
  })
}

async function startEnvoy(binary: string, directory: string, port: number): Promise<Child> {
  const config = join(directory, 'envoy.json')
  await writeFile(config, JSON.stringify(bootstrap(port)))
  const options = ['--concurrency', '1', '--disable-hot-restart', '--drain-time-s', '1', '-l', 'warn']
  return new Child({ command: [binary, '-c', config, ...options], logFile: join(directory, 'envoy.log') })
}

function bootstrap(port: number): object {
  const ads = { ads: {}, resource_api_version: 'V3' }
  const address = { socket_address: { address: '127.0.0.1', port_value: port } }
  return {
    node: { id: 'mesh/golden/virtualNode/golden', cluster: 'golden' },
    dynamic_resources: {
      cds_config: ads,
      lds_config: ads,
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'ads' } }],
      },
    },
    static_resources: {
      clusters: [
        {
          name: 'ads',
          type: 'STATIC',
          load_assignment: { cluster_name: 'ads', endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
        },
      ],
    },
  }
}
