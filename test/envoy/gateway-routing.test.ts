/** Which requests a gateway takes and what the application sees of them, through a gateway's Envoy and the Envoy of a node behind it. */
import assert from 'node:assert/strict'
import type { GatewayRouteSpec, HttpGatewayRouteMatch, HttpGatewayRouteRewrite } from '@aws-sdk/client-app-mesh'
import { echoOf } from './agent.js'
import type { EnvoyConfig } from './envoy.js'
import { gatewayListener, httpGatewayRoute, httpRoute, listener, serverNode } from './mesh-writer.js'
import { ROUTING_CASES, type Call } from './routing-cases.js'
import { useWorld } from './world.js'

const HTTP = { servers: [{ protocol: 'http', port: 8080 }] } as const
const TAKEN = 'taken.local'
const LEFT = 'left.local'
const KEEP_HOST = { hostname: { defaultTargetHostname: 'DISABLED' } } as const

describe('a virtual gateway', function () {
  const world = useWorld(this, async (world) => {
    const { mesh } = world
    await mesh.mesh()
    for (const name of ['taken', 'left']) {
      await mesh.node(name, serverNode(name, listener('http', 8080)))
      await mesh.routedService(`${name}.local`, 'http', 8080)
      await mesh.route(`${name}.local`, 'all', httpRoute({ [name]: 1 }))
    }
    await mesh.gateway('edge', { listeners: [gatewayListener('http', 8080)] })
    await mesh.gatewayRoute('edge', 'otherwise', { ...httpGatewayRoute(LEFT), priority: 1000 })
    await world.startPods({ taken: HTTP, left: HTTP, edge: { virtualGateway: 'edge' } })
  })

  const edge = () => world.pod('edge')
  const call = ({ path = '/', ...rest }: Call) => edge().agent.http({ url: `http://edge.pod:8080${path}`, ...rest })
  const answerer = async (request: Call) => {
    const answer = await call(request)
    return answer.from || `${answer.status} ${answer.error}`
  }
  /** Until the listener itself leads elsewhere: a service that is new behind the gateway is there before. */
  const write = async (name: string, spec: GatewayRouteSpec) => {
    const { envoy } = edge()
    const routes = ({ routes }: EnvoyConfig) => JSON.stringify(routes.get('rds_ingress_http_8080'))
    const before = routes(await envoy.config())
    await world.mesh.gatewayRoute('edge', name, { priority: 0, ...spec })
    await envoy.until('other routes of the listener', (config) => routes(config) !== before)
  }
  const drop = (name: string) => edge().envoy.changedBy('routes', () => world.mesh.deleteGatewayRoute('edge', name))

  describe('rewrites', () => {
    interface Rewrite {
      readonly name: string
      readonly match: HttpGatewayRouteMatch
      readonly rewrite?: HttpGatewayRouteRewrite
      /** Path of a request → path that the application sees. */
      readonly paths: Readonly<Record<string, string>>
    }
    const CASES: readonly Rewrite[] = [
      {
        name: 'a prefix to /, unless told otherwise',
        match: { prefix: '/p' },
        paths: { '/p': '/', '/p/': '/', '/p/x': '/x', '/p/x/y?q=/p/x': '/x/y?q=/p/x', '/p?q=1': '/?q=1', '/px': '/x' },
      },
      {
        name: 'a prefix to / when the default is asked for',
        match: { prefix: '/d' },
        rewrite: { prefix: { defaultPrefix: 'ENABLED' } },
        paths: { '/d/x': '/x' },
      },
      { name: 'a prefix with a slash at its end', match: { prefix: '/s/' }, paths: { '/s/': '/', '/s/x': '/x' } },
      { name: 'nothing of the prefix /', match: { prefix: '/' }, paths: { '/': '/', '/a/b?c': '/a/b?c' } },
      {
        name: 'no prefix when the default is disabled',
        match: { prefix: '/p' },
        rewrite: { prefix: { defaultPrefix: 'DISABLED' } },
        paths: { '/p': '/p', '/p/': '/p/', '/p/x?q=1': '/p/x?q=1' },
      },
      {
        name: 'a prefix to another',
        match: { prefix: '/p' },
        rewrite: { prefix: { value: '/v/' } },
        paths: { '/p': '/v/', '/p/': '/v/', '/p/x?q=1': '/v/x?q=1' },
      },
      {
        name: 'a prefix with a slash to another',
        match: { prefix: '/p/' },
        rewrite: { prefix: { value: '/v/w/' } },
        paths: { '/p/': '/v/w/', '/p/x': '/v/w/x' },
      },
      { name: 'no path that matched whole', match: { path: { exact: '/e/f' } }, paths: { '/e/f?q=1': '/e/f?q=1' } },
      {
        name: 'a path to another',
        match: { path: { exact: '/e' } },
        rewrite: { path: { exact: '/other' } },
        paths: { '/e': '/other', '/e?q=1': '/other?q=1' },
      },
      { name: 'no path by regular expression', match: { path: { regex: '/r[0-9]+' } }, paths: { '/r12': '/r12' } },
      {
        name: 'a path by regular expression, to one that looks like a substitution',
        match: { path: { regex: '/r[0-9]+/.*' } },
        rewrite: { path: { exact: '/n\\0' } },
        // Not what matched; and Envoy makes a slash of a backslash.
        paths: { '/r12/x': '/n/0', '/r1/?q=1': '/n/0?q=1' },
      },
      {
        name: 'any path of a host',
        match: { hostname: { exact: 'edge.pod:8080' } },
        rewrite: { path: { exact: '/all' } },
        paths: { '/': '/all', '/x?q=1': '/all?q=1' },
      },
      { name: 'nothing of a host alone', match: { hostname: { suffix: '.pod:8080' } }, paths: { '/x/y': '/x/y' } },
    ]
    for (const { name, match, rewrite, paths } of CASES) {
      for (const hostname of [undefined, KEEP_HOST] as const) {
        it(`${name}${hostname ? ', under the host of the client' : ''}`, async () => {
          const both = hostname || rewrite ? { ...rewrite, ...hostname } : undefined
          await write('case', httpGatewayRoute(TAKEN, match, both))
          for (const [path, expected] of Object.entries(paths)) {
            const answer = await call({ path })
            assert.equal(answer.from, 'taken', `${path}: ${answer.status}`)
            const { url, headers } = echoOf(answer)
            assert.equal(url, expected, path)
            assert.equal(headers['host'], hostname ? 'edge.pod:8080' : TAKEN)
            assert.equal(headers['x-app-mesh-virtual-service'], hostname && TAKEN)
            assert.equal(answer.headers['x-app-mesh-virtual-service'], undefined)
          }
        })
      }
    }

    it('keep the host that the client says, and say the service themselves', async () => {
      await write('case', httpGatewayRoute(TAKEN, { prefix: '/kept' }, KEEP_HOST))
      const headers = { host: 'www.example.com', 'x-app-mesh-virtual-service': LEFT }
      const answer = await call({ path: '/kept/x', headers })
      assert.equal(answer.from, 'taken')
      const seen = echoOf(answer).headers
      assert.deepEqual([seen['host'], seen['x-app-mesh-virtual-service']], ['www.example.com', TAKEN])
    })
  })

  describe('matches', () => {
    const cases = ROUTING_CASES.filter(({ match }) => match.scheme === undefined)
    for (const { name, match, taken, left } of cases) {
      it(name, async () => {
        await write('case', httpGatewayRoute(TAKEN, match))
        for (const request of taken) assert.equal(await answerer(request), 'taken', JSON.stringify(request))
        for (const request of left) assert.equal(await answerer(request), 'left', JSON.stringify(request))
      })
    }

    it('the lower priority number first, then the longer prefix', async () => {
      await drop('case')
      await write('long', { ...httpGatewayRoute(TAKEN, { prefix: '/a/b' }), priority: 10 })
      await write('short', { ...httpGatewayRoute(LEFT, { prefix: '/a' }), priority: 10 })
      assert.equal(await answerer({ path: '/a/b/c' }), 'taken', 'the longer prefix first')
      await write('short', { ...httpGatewayRoute(LEFT, { prefix: '/a' }), priority: 5 })
      assert.equal(await answerer({ path: '/a/b/c' }), 'left', 'the lower number first')
      await drop('long')
      await drop('short')
    })
  })

  describe('hosts', () => {
    const HOSTS: readonly {
      readonly name: string
      readonly hostname: HttpGatewayRouteMatch['hostname']
      readonly taken: readonly string[]
      readonly left: readonly string[]
    }[] = [
      {
        name: 'one, with and without the port, in any case',
        hostname: { exact: 'Shop.example.com' },
        taken: ['shop.example.com', 'SHOP.example.com', 'shop.example.com:8080'],
        left: ['example.com', 'www.shop.example.com', 'shop.example.com:9999', 'shop.example.co'],
      },
      {
        name: 'all with one ending',
        hostname: { suffix: '.example.com' },
        taken: ['www.example.com', 'a.b.EXAMPLE.com', 'www.example.com:8080'],
        left: ['example.com', '.example.com', 'www.example.com.org'],
      },
      {
        name: 'all with an ending inside of a name',
        hostname: { suffix: '-shop.example.com' },
        taken: ['my-shop.example.com'],
        left: ['shop.example.com', 'my.shop.example.com'],
      },
    ]
    for (const { name, hostname, taken, left } of HOSTS) {
      it(name, async () => {
        await write('case', httpGatewayRoute(TAKEN, { hostname }))
        for (const host of taken) assert.equal(await answerer({ headers: { host } }), 'taken', host)
        for (const host of left) assert.equal(await answerer({ headers: { host } }), 'left', host)
      })
    }

    it('exact ones before endings, and the longer ending first', async () => {
      await write('case', httpGatewayRoute(LEFT, { hostname: { suffix: '.com' } }))
      await write('longer', httpGatewayRoute(TAKEN, { hostname: { suffix: '.example.com' } }))
      assert.equal(await answerer({ headers: { host: 'a.example.com' } }), 'taken')
      await write('exact', { ...httpGatewayRoute(LEFT, { hostname: { exact: 'a.example.com' } }), priority: 1000 })
      assert.equal(await answerer({ headers: { host: 'a.example.com' } }), 'left')
      await drop('longer')
      await drop('exact')
    })

    it('that a route names hide the routes without host, as in App Mesh (roadmap #403)', async () => {
      await write('case', httpGatewayRoute(TAKEN, { hostname: { exact: 'shop.example.com' }, prefix: '/cart' }))
      const host = 'shop.example.com'
      assert.equal(await answerer({ path: '/cart/x', headers: { host } }), 'taken')
      assert.equal(await answerer({ path: '/else', headers: { host } }), '404 ')
      assert.equal(await answerer({ path: '/else', headers: { host: 'other.example.com' } }), 'left')
    })

    it('that no route names get 404 when every route names one', async () => {
      await drop('otherwise')
      assert.equal(await answerer({ headers: { host: 'other.example.com' } }), '404 ')
    })
  })
})
