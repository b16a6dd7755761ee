/** Every flavour of bootstrap against real Envoys: the oldest and the newest one to be had. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { buildArguments } from '../../src/bootstrap/command-line.js'
import { pack, type Message } from '../../src/bootstrap/message.js'
import { parseSettings } from '../../src/bootstrap/variables.js'
import { buildFlavour, readFlavours, type Flavour } from '../bootstrap/flavours.js'
import { Authority } from './authority.js'
import { NEWEST, OLDEST, requireEnvoy } from './install.js'
import { startLocalEnvoy, withoutIam } from './local-envoy.js'
import { Child } from './process.js'

const VALIDATE_TIMEOUT_MS = 60_000

describe('bootstrap: real Envoys', () => {
  let directory: string
  let files: Record<string, string>

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'meshkeeper-bootstrap-'))
    const authority = await Authority.create(directory)
    const client = await authority.issue('client', ['DNS:client'])
    files = {
      '/etc/pki/tls/cert.pem': authority.caFile,
      '/etc/meshkeeper/ca.pem': authority.caFile,
      '/etc/meshkeeper/client.pem': client.certFile,
      '/etc/meshkeeper/client.key': client.keyFile,
      '/tmp/envoy_admin_access.log': '/dev/null',
    }
  })
  after(() => rm(directory, { recursive: true }))

  /** The bootstrap as printed, its file names turned to files that are there. */
  async function write(name: string, bootstrap: Message): Promise<string> {
    const text = stringify(bootstrap, { aliasDuplicateObjects: false, lineWidth: 0 })
    const path = join(directory, `${name}.yaml`)
    await writeFile(
      path,
      Object.entries(files).reduce((result, [from, to]) => result.replaceAll(from, to), text),
    )
    return path
  }

  /** What Envoy prints while it validates, into a file: it opens /dev/stdout, which it cannot when that is a socket. */
  async function validate(envoy: string, flavour: Flavour, bootstrap: Message): Promise<string> {
    const path = await write(flavour.name, bootstrap)
    const { settings } = parseSettings(flavour.input.environment)
    const logFile = `${path}.log`
    await rm(logFile, { force: true })
    const command = [envoy, '--mode', 'validate', '-c', path, ...buildArguments(settings)]
    const { code } = await new Child({ command, logFile }).exited
    const output = await readFile(logFile, 'utf8')
    return `${output}exit ${code ?? 'by signal'}`
  }

  for (const version of [OLDEST, NEWEST]) {
    describe(`Envoy ${version}`, () => {
      let envoy: string
      before(async function () {
        envoy = await requireEnvoy(this, version)
      })

      for (const flavour of readFlavours()) {
        it(`accepts ${flavour.name}`, async function () {
          this.timeout(VALIDATE_TIMEOUT_MS)
          const output = await validate(envoy, flavour, withoutIam(buildFlavour(flavour)))
          assert.match(output, /configuration '.*' OK\nexit 0$/)
          if (flavour.input.image === 'stock')
            assert.deepEqual(
              output.split('\n').filter((line) => /\[(warning|error|critical)\]/.test(line)),
              [],
            )
        })
      }

      it('tags the stats of a node with several listeners', async function () {
        this.timeout(VALIDATE_TIMEOUT_MS)
        const environment = {
          APPMESH_RESOURCE_ARN: 'mesh/shop/virtualNode/cart',
          APPMESH_XDS_ENDPOINT: `unix://${directory}/nobody.sock`,
          ENABLE_ENVOY_STATS_TAGS: 'true',
          ENVOY_RESOURCES_CONFIG_FILE: 'listener.yaml',
        }
        const input = { image: 'stock', environment, files: { ENVOY_RESOURCES_CONFIG_FILE: LISTENER } } as const
        const running = await startLocalEnvoy({ binary: envoy, input, directory })
        try {
          const { body: metrics } = await running.admin('/stats/prometheus')
          const tags = (name: string) =>
            [...metrics.matchAll(new RegExp(`^envoy_${name}\\{(.*)\\}`, 'gm'))].map((line) =>
              line[1]!.split(',').sort(),
            )
          const ours = ['appmesh_mesh="shop"', 'appmesh_virtual_node="cart"']
          const listener = [
            ...['appmesh_listener_port="8080"', 'appmesh_listener_protocol="http2"', ...ours],
            'envoy_http_conn_manager_prefix="ingress"',
          ]
          assert.deepEqual(tags('http_downstream_cx_http3_total'), [
            [...ours, 'envoy_http_conn_manager_prefix="admin"'],
            listener,
          ])
          assert.deepEqual(tags('http_rds_config_reload'), [
            [...listener, 'envoy_rds_route_config="rds_ingress_http2_8080"'],
          ])
          assert.deepEqual(tags('server_uptime'), [ours])
        } finally {
          await running.child.stop('SIGKILL')
        }
      })

      it('has no aws_iam: that one is private to the App Mesh image', async function () {
        this.timeout(VALIDATE_TIMEOUT_MS)
        const flavour = readFlavours().find(({ name }) => name === 'app-mesh')!
        assert.match(await validate(envoy, flavour, buildFlavour(flavour)), /aws_iam[^]*exit 1$/)
      })
    })
  }
})

/** A listener as a node with several of them gets it: each counts under its own protocol and port. */
const LISTENER: Message = {
  static_resources: {
    listeners: [
      {
        name: 'lds_ingress_0.0.0.0_15000',
        address: { socket_address: { address: '127.0.0.1', port_value: 0 } },
        filter_chains: [
          {
            filters: [
              {
                name: 'envoy.filters.network.http_connection_manager',
                typed_config: pack(
                  'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                  {
                    stat_prefix: 'ingress.http2.8080',
                    rds: {
                      route_config_name: 'rds_ingress_http2_8080',
                      config_source: { ads: {}, resource_api_version: 'V3' },
                    },
                    http_filters: [
                      {
                        name: 'envoy.filters.http.router',
                        typed_config: pack('envoy.extensions.filters.http.router.v3.Router', {}),
                      },
                    ],
                  },
                ),
              },
            ],
          },
        ],
      },
    ],
  },
}
