/** `GET /meshes/{mesh}/bootstrap/{kind}/{name}`: how an Envoy of a virtual node or gateway is started. */
import Type from 'typebox'
import { ApiError, notFound } from '../model/errors.js'
import { formatProblems } from '../model/problem.js'
import { resourceOf } from '../model/mesh-view.js'
import type { XdsListener } from './context.js'
import type { Call, Endpoint } from './endpoint.js'
import { MESH_OWNER, readMeshPlace } from './mesh-place.js'
import { PROXY_PARAMS, readProxyRef } from './place.js'
import { readWord } from './query.js'
import { answer } from './shapes.js'

const FLAVOURS = ['stock', 'appmesh'] as const

export const BOOTSTRAP: Endpoint = {
  operation: 'GetBootstrap',
  path: '/meshes/:mesh/bootstrap/:kind/:name',
  summary: 'The bootstrap that an Envoy of a virtual node or gateway should use, and the environment that makes it',
  params: PROXY_PARAMS,
  query: {
    ...MESH_OWNER,
    flavour: {
      schema: Type.Enum([...FLAVOURS], { default: 'stock' }),
      description: 'the Envoy that will read it: one of the Envoy project, or the App Mesh image',
    },
    xds: {
      schema: Type.String(),
      description:
        'HOST:PORT of the control plane as that Envoy sees it; without, the host of this request and the xDS port',
    },
  },
  answer: answer('Bootstrap', {
    yaml: Type.String(),
    environment: Type.Record(Type.String(), Type.String()),
    warnings: Type.Array(Type.String()),
  }),
  follows: true,
  handle: (context, call) => {
    const ref = readProxyRef(readMeshPlace(context, call), call.params)
    const { control, xds, bootstrap } = context
    const view = control.view(ref)
    if (!view || !resourceOf(view, ref)) throw notFound(ref)
    const flavour = readWord(call.query['flavour'] ?? 'stock', 'flavour', FLAVOURS)
    const forImage = flavour === 'appmesh' && { AWS_REGION: context.region }
    const environment = { ...buildEnvironment(control.arnOf(ref), call, xds), ...forImage }
    const result = bootstrap(flavour, environment)
    if ('problems' in result) throw new ApiError('BadRequestException', formatProblems(result.problems))
    const isPlain = flavour === 'appmesh' && !xds.tls && !environment.APPMESH_XDS_ENDPOINT.startsWith('unix:')
    const warnings = [...result.warnings, ...(isPlain ? [NO_TLS] : [])]
    return Promise.resolve({ yaml: result.yaml, environment, warnings })
  },
}

/** Where the agent of the App Mesh image looks for authorities, too. */
const CA_FILE = '/etc/ssl/certs/ca-certificates.crt'

const NO_TLS =
  'the agent of the App Mesh image speaks TLS or a Unix socket only, and this server serves xDS without TLS: see --xds-tls-cert'

function buildEnvironment(arn: string, { query, headers }: Call, listener: XdsListener) {
  return {
    APPMESH_RESOURCE_ARN: arn,
    APPMESH_XDS_ENDPOINT: query['xds'] ?? addressOf(listener, headers.host),
    ...(listener.tls && { ENVOY_XDS_CA_FILE: CA_FILE }),
  }
}

/** The host that the client has reached this server by is the best guess at one that an Envoy can. */
function addressOf(listener: XdsListener, host = ''): string {
  if ('path' in listener) return `unix://${listener.path}`
  const url = `http://${host}`
  const name = URL.canParse(url) ? new URL(url).hostname : ''
  return `${name === '' ? '127.0.0.1' : name}:${listener.port}`
}
